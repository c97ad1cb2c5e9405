import * as z from "zod";
import {
  batchReplySchema,
  batchRequestSchema,
  jobIdSchema,
  jobListSchema,
  jobViewSchema,
  problemSchema,
  submitReplySchema,
  submitRequestSchema,
} from "../../../contract/http.ts";
import type { RouteOption } from "../../../contract/routes.ts";
import {
  scheduledJobSchema,
  scheduleIdSchema,
  scheduleListSchema,
  scheduleReplySchema,
  scheduleRequestSchema,
  scheduleViewSchema,
} from "../../../contract/schedule.ts";
import { uploadReplySchema, uploadRequestSchema } from "../../../contract/upload.ts";
import type { PayloadSchemas } from "../../jobs/types/schemas.ts";

/** Schemas that only a stack with schedules has. */
const namedOfSchedules = {
  ScheduleId: scheduleIdSchema,
  ScheduledJob: scheduledJobSchema,
  ScheduleRequest: scheduleRequestSchema,
  ScheduleView: scheduleViewSchema,
  ScheduleList: scheduleListSchema,
  ScheduleReply: scheduleReplySchema,
};

const named = {
  JobId: jobIdSchema,
  SubmitRequest: submitRequestSchema,
  SubmitReply: submitReplySchema,
  BatchRequest: batchRequestSchema,
  BatchReply: batchReplySchema,
  JobView: jobViewSchema,
  JobList: jobListSchema,
  UploadRequest: uploadRequestSchema,
  UploadReply: uploadReplySchema,
  Problem: problemSchema,
};

export type SchemaName = keyof typeof named | keyof typeof namedOfSchedules;
export type JsonSchema = Record<string, unknown>;

export const refTo = (name: SchemaName): JsonSchema => ({ $ref: uriOf(name) });

/** The schemas of requests and replies by name, and of payloads as `payload.TYPE`. */
export function componentSchemas(
  payloadSchemas: PayloadSchemas,
  options: Record<RouteOption, boolean>,
): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  const all = { ...named, ...(options.schedules ? namedOfSchedules : {}) };
  for (const [id, schema] of Object.entries(all)) registry.add(schema, { id });
  for (const [type, schema] of Object.entries(payloadSchemas)) registry.add(schema, { id: `payload.${type}` });
  const { schemas } = z.toJSONSchema(registry, { ...conversion, uri: uriOf });
  const components = Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, bare(schema)]));
  // The envelope's schema does not describe its jobs, because each is validated separately.
  Object.assign(propertyOf(components.BatchRequest, "jobs"), { items: refTo("SubmitRequest") });
  Object.assign(propertyOf(components.ScheduleRequest, "job"), refTo("ScheduledJob"));
  return components;
}

/** The parameters of a query, from its schema, with an example of each. */
export function queryParameters<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  examples: Record<keyof Shape & string, unknown>,
): { name: string; in: "query"; schema: JsonSchema; example: unknown }[] {
  return Object.entries(schema.shape).map(([name, member]) => ({
    name,
    in: "query",
    schema: parameterSchema(member as z.ZodType),
    example: examples[name as keyof Shape & string],
  }));
}

/** The JSON Schema of one parameter. Adds the default, which Zod omits after a transformation, as in a query's numbers. */
export function parameterSchema(schema: z.ZodType): JsonSchema {
  const usual = schema.safeParse(undefined).data;
  return { ...bare(z.toJSONSchema(schema, conversion)), ...(usual === undefined ? {} : { default: usual }) };
}

const conversion = {
  // As clients see it: unknown members are allowed in replies, but not in requests.
  io: "input",
  // Makes a custom schema any JSON.
  unrepresentable: "any",
  override({ jsonSchema }: { jsonSchema: JsonSchema }) {
    // Redundant with the format, and three lines long.
    if (jsonSchema.format === "date-time") delete jsonSchema.pattern;
    // The safe integers are a limit of JavaScript, not of the API.
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
