import { z } from "zod";
import type { Cloud } from "../cloud.ts";

/** What the program asked for, past the schema. */
export interface Request<Inputs> {
  inputs: Inputs;
  /** The logical name in the program. */
  name: string;
  /** A name no other resource has, as Pulumi's autonaming gives one. */
  physicalName: string;
  cloud: Cloud;
}

export interface Made {
  id: string;
  outputs: Record<string, unknown>;
}

/** How the laptop cloud makes one type of resource, and which of its properties it knows. */
export interface ResourceHandler {
  schema: z.ZodType;
  create(request: Request<unknown>): Made | Promise<Made>;
}

/** Ties a schema to what is done with inputs that fit it. */
export function resource<Schema extends z.ZodType>(
  schema: Schema,
  create: (request: Request<z.infer<Schema>>) => Made | Promise<Made>,
): ResourceHandler {
  return { schema, create: (request) => create(request as Request<z.infer<Schema>>) };
}

/** A property that is accepted and does nothing here, with the reason. */
export function noEffect(reason: string) {
  return z.unknown().optional().describe(`no effect on the laptop: ${reason}`);
}

/** A resource that is only a name and an ARN to others. */
export function nameOnly<Shape extends z.ZodRawShape>(
  shape: Shape,
  outputs: (request: Request<unknown>) => Record<string, unknown>,
) {
  return resource(z.strictObject(shape), (request) => ({ id: request.physicalName, outputs: outputs(request) }));
}

/** A property that holds JSON as text, checked by the schema of what it says. */
export function jsonText<Schema extends z.ZodType>(schema: Schema) {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: "custom", message: "expected JSON" });
        return z.NEVER;
      }
    })
    .pipe(schema);
}
