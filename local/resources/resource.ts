import * as z from "zod";
import type { Cloud } from "../cloud.ts";

/** A resource of the program, its inputs checked against the schema. */
export interface Request<Inputs> {
  inputs: Inputs;
  /** The logical name in the program. */
  name: string;
  /** A unique name, as from Pulumi's autonaming. */
  physicalName: string;
  cloud: Cloud;
}

export interface Made {
  id: string;
  outputs: Record<string, unknown>;
}

/** Creates one type of resource. The schema lists the properties that are known. */
export interface ResourceHandler {
  schema: z.ZodType;
  create(request: Request<unknown>): Made | Promise<Made>;
}

/** A handler whose `create` receives the inputs as the schema types them. */
export function resource<Schema extends z.ZodType>(
  schema: Schema,
  create: (request: Request<z.infer<Schema>>) => Made | Promise<Made>,
): ResourceHandler {
  return { schema, create: (request) => create(request as Request<z.infer<Schema>>) };
}

/** A property that is accepted and does nothing here, for the given reason. */
export function noEffect(reason: string) {
  return z.unknown().optional().describe(`no effect on the laptop: ${reason}`);
}

/** Several properties that are accepted and do nothing here, for the same reason. */
export function noEffects<Name extends string>(reason: string, ...names: Name[]) {
  const entries = names.map((name) => [name, noEffect(reason)]);
  return Object.fromEntries(entries) as Record<Name, ReturnType<typeof noEffect>>;
}

/** A resource of which other resources need at most its name and these outputs. */
export function nameOnly<Shape extends z.ZodRawShape>(
  shape: Shape,
  outputs: (request: Request<unknown>) => Record<string, unknown> = () => ({}),
) {
  return resource(z.strictObject(shape), (request) => ({ id: request.physicalName, outputs: outputs(request) }));
}

/** A property that holds JSON as text; the schema checks the parsed value. */
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
