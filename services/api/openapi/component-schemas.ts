import { z } from "zod";
import {
  batchReplySchema,
  batchRequestSchema,
  jobIdSchema,
  jobListSchema,
  jobViewSchema,
  problemSchema,
  submitReplySchema,
  submitRequestSchema,
  uploadReplySchema,
} from "../../../contract/http.ts";
import { payloadSchemas } from "../../jobs/types/schemas.ts";

const named = {
  JobId: jobIdSchema,
  SubmitRequest: submitRequestSchema,
  SubmitReply: submitReplySchema,
  BatchRequest: batchRequestSchema,
  BatchReply: batchReplySchema,
  JobView: jobViewSchema,
  JobList: jobListSchema,
  UploadReply: uploadReplySchema,
  Problem: problemSchema,
};

export type SchemaName = keyof typeof named;
export type JsonSchema = Record<string, unknown>;

export const refTo = (name: SchemaName): JsonSchema => ({ $ref: uriOf(name) });

/** The schemas that check requests and replies, by name; those of payloads as `payload.TYPE`. */
export function componentSchemas(): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });
  for (const [type, schema] of Object.entries(payloadSchemas)) registry.add(schema, { id: `payload.${type}` });
  const { schemas } = z.toJSONSchema(registry, { ...conversion, uri: uriOf });
  const components = Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, bare(schema)]));
  // Each job of a batch is checked by itself, so that the envelope's own schema says nothing of it.
  Object.assign(propertyOf(components.BatchRequest, "jobs"), { items: refTo("SubmitRequest") });
  return components;
}

/** Each member of a query's schema, by its name, and an example of it. */
export function queryParameters<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  examples: Record<keyof Shape & string, unknown>,
): { name: string; in: "query"; schema: JsonSchema; example: unknown }[] {
  return Object.entries(schema.shape).map(([name, member]) => ({
    name,
    in: "query",
    schema: withDefault(member as z.ZodType),
    example: examples[name as keyof Shape & string],
  }));
}

/** Zod leaves the default out where it stands behind a transformation, as in every number of a query. */
function withDefault(schema: z.ZodType): JsonSchema {
  const usual = schema.safeParse(undefined).data;
  return { ...bare(z.toJSONSchema(schema, conversion)), ...(usual === undefined ? {} : { default: usual }) };
}

const conversion = {
  // As clients write and read it: replies may gain members, requests may not.
  io: "input",
  // Any JSON.
  unrepresentable: "any",
  override({ jsonSchema }: { jsonSchema: JsonSchema }) {
    // The format says it; the pattern is three lines long.
    if (jsonSchema.format === "date-time") delete jsonSchema.pattern;
    // The least and greatest safe integers are JavaScript's limits and not the API's.
    if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  },
} as const;

function uriOf(id: string): string {
  return `#/components/schemas/${id}`;
}

function bare(schema: object): JsonSchema {
  const { $schema, $id, ...rest } = schema as JsonSchema;
  return rest;
}

function propertyOf(schema: JsonSchema | undefined, name: string): JsonSchema {
  return ((schema?.properties ?? {}) as Record<string, JsonSchema>)[name] ?? {};
}
