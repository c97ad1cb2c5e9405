import * as z from "zod";
import { defaultJobType, type Json, jobStates, jobTypes } from "./job.ts";
import { replyNameSchema } from "./job-reply.ts";
import { limits } from "./limits.ts";
import { objectKeySchema } from "./upload.ts";

/*
 * Requests. The same schemas validate requests and generate the OpenAPI document.
 */

/** A name whose characters need no escaping in URLs, keys and logs. */
const nameSchema = () =>
  z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
      "expected letters, digits, '.', '_' and '-', beginning with a letter or digit",
    )
    .max(limits.jobIdLength);

export const jobIdSchema = nameSchema();

/** Group of a job with `fifo` that names none. */
export const defaultGroupId = "default";

/** Marks the schema `payload.echo` in the OpenAPI document of a stack with `testControls`. */
export const testControlsMark = "x-test-controls";

/** Any JSON value. It comes from `JSON.parse`, so its members need no validation. */
export const jsonSchema = z.custom<Json>((value) => value !== undefined, "expected any JSON value");

/** What SQS takes as the value of an attribute: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const attributePattern = /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u;

/** Body of POST /jobs. The payload is then validated with its job type's schema. */
export const submitRequestSchema = z.strictObject({
  type: z.enum(jobTypes).default(defaultJobType).describe("Job type."),
  payload: jsonSchema
    .optional()
    .describe(
      "Input of the job; schema payload.TYPE of this document. The handler gets exactly this value. A number is accepted if the " +
        "shortest form of the nearest 64-bit float has the same value: 1.0 and 1e2 are, 12345678901234567890 and 1e400 are not. " +
        "Names in an object must be unique. Otherwise the answer is 400.",
    ),
  payloadKey: objectKeySchema
    .optional()
    .describe(
      `Instead of payload: the objectKey of a JSON document of at most ${limits.payloadDocumentBytes} bytes, uploaded with POST /uploads. ` +
        "A stack whose workers have little memory accepts less; the answer 413 names its limit.",
    ),
  jobId: jobIdSchema.optional().describe("Id of the job, chosen by the caller. Default: a random id."),
  maxAttempts: z
    .int()
    .min(1)
    .optional()
    .describe("Attempts before the job has failed, at most the stack's maxAttempts. Default: the stack's maxAttempts."),
  timeoutSeconds: z
    .int()
    .min(1)
    .optional()
    .describe(
      "Longest run of one attempt, at most the stack's jobTimeoutSeconds. Default: the stack's jobTimeoutSeconds.",
    ),
  retryDelaySeconds: z
    .number()
    .min(0.1)
    .max(limits.retryDelaySeconds)
    .optional()
    .describe(
      "Longest wait after the first failed attempt. It doubles with each further one, up to a minute or this value if that is more. Default: 1.",
    ),
  delaySeconds: z
    .int()
    .min(0)
    .max(limits.queueDelaySeconds)
    .optional()
    .describe("The job starts this long after its acceptance, or later."),
  runAt: z.iso
    .datetime({ offset: true, error: "expected a time such as 2027-01-31T09:00:00Z" })
    .optional()
    .describe(
      `Instead of delaySeconds: the job starts at this time or later, at most ${limits.runAtDays} days ahead. A time in the past means now.`,
    ),
  replyTo: replyNameSchema
    .optional()
    .describe("Name of one of the stack's replyQueues. The job's end is sent there, with its result if that is small."),
  correlationId: z
    .string()
    .min(1)
    .max(limits.correlationIdLength)
    .refine(
      (text) => attributePattern.test(text),
      "expected text without control characters other than tabs and line breaks",
    )
    .optional()
    .describe(
      "With replyTo: any text by which the receiver of the reply knows its request. Below U+0020 it may have tabs and line breaks only.",
    ),
  fifo: z
    .boolean()
    .optional()
    .describe(
      "If true, the job is done after all jobs that its owner submitted to the same group before it, one at a time. Only on a stack with `ordered: true`, and not with delaySeconds or runAt. Default: false.",
    ),
  groupId: nameSchema()
    .optional()
    .describe(`With fifo: the group. Jobs of different groups run side by side. Default: ${defaultGroupId}.`),
});

/** Value of the header Idempotency-Key. */
export const idempotencyKeySchema = z
  .string()
  .regex(/^[\x21-\x7e]+$/, "expected visible ASCII characters")
  .max(255);

const batchSize = `expected a list of 1 to ${limits.batchJobs} jobs`;

/** Body of POST /jobs/batch. Each job is validated separately, so that one invalid job does not affect the others. */
export const batchRequestSchema = z.strictObject({
  jobs: z.array(z.unknown(), batchSize).min(1, batchSize).max(limits.batchJobs, batchSize),
});

/** A number in a query, parsed from text. The OpenAPI document declares it as an integer. */
const wholeNumber = (least: number, most: number, fallback: number) => {
  const message = `expected a whole number from ${least} to ${most}`;
  const inRange = (text: string) => /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most;
  const number = z.string().refine(inRange, message).transform(Number).default(fallback);
  return number.meta({ type: "integer", minimum: least, maximum: most });
};

/** Query of GET /jobs. */
export const listQuerySchema = z.strictObject({
  state: z.enum(jobStates).optional(),
  type: z.enum(jobTypes).optional(),
  limit: wholeNumber(1, limits.listJobs, limits.defaultListJobs),
  cursor: z.string().optional(),
});

/** Query of GET /jobs/{jobId}. */
export const statusQuerySchema = z.strictObject({ wait: wholeNumber(0, limits.waitSeconds, 0) });

/*
 * Replies.
 */

export const submitReplySchema = z.object({ accepted: z.literal(true), jobId: jobIdSchema });

export type SubmitReply = z.infer<typeof submitReplySchema>;

const jobErrorSchema = z.object({ code: z.string(), message: z.string() });

/** An error over HTTP: application/problem+json, RFC 9457. */
export const problemSchema = z.object({
  type: z.string().describe("urn:sluice:problem:CODE, for programs."),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe("The expected and the received value, for people."),
  errors: z
    .array(z.object({ field: z.string(), expected: z.string(), came: z.string() }))
    .optional()
    .describe(`The invalid fields of the request, at most ${limits.problemErrors}.`),
  moreErrors: z.int().optional().describe("Number of further invalid fields; absent if there are none."),
  error: jobErrorSchema.optional().describe("Error of the job that has no result."),
  limit: z.number().optional().describe("The caller's limit that the request exceeds."),
  count: z.number().optional().describe("How much of the limit the caller uses; approximate."),
});

export type ProblemBody = z.infer<typeof problemSchema>;
export type FieldError = NonNullable<ProblemBody["errors"]>[number];

export const batchReplySchema = z.object({
  outcomes: z
    .array(
      z.union([
        z.object({ index: z.int(), status: z.literal(202), accepted: z.literal(true), jobId: jobIdSchema }),
        z.object({ index: z.int(), status: z.int(), problem: problemSchema }),
      ]),
    )
    .describe("One outcome for each job of the request, in the same order."),
});

export type BatchReply = z.infer<typeof batchReplySchema>;
export type BatchOutcome = BatchReply["outcomes"][number];

/** The options that a request may set for its job. With a group the job is done in order. */
export type JobOptions = Partial<
  Pick<
    z.infer<typeof submitRequestSchema>,
    | "maxAttempts"
    | "timeoutSeconds"
    | "retryDelaySeconds"
    | "delaySeconds"
    | "runAt"
    | "replyTo"
    | "correlationId"
    | "groupId"
  >
>;

const time = z.iso.datetime();

const asOfHeartbeat = `as of the latest heartbeat, at most ${limits.heartbeatSeconds} seconds ago while it runs`;

/** A job. Times are ISO 8601 in UTC. `services/api/http/view-job.ts` fills it. */
export const jobViewSchema = z.object({
  jobId: jobIdSchema,
  type: z.string(),
  state: z.enum(jobStates),
  attempts: z.int().describe("Attempts used, including the running one."),
  maxAttempts: z.int(),
  interruptions: z
    .int()
    .optional()
    .describe(
      "Attempts that ended because their worker or process died. All but maxAttempts - 1 of them are in attempts.",
    ),
  progress: z.number().optional().describe(`Share of the work done, 0 to 1, ${asOfHeartbeat}.`),
  log: z
    .array(z.object({ at: time, text: z.string() }))
    .optional()
    .describe(`The handler's newest ${limits.logLines} log lines, ${asOfHeartbeat}.`),
  createdAt: time,
  startedAt: time.optional().describe("Start of the latest attempt."),
  dueAt: time.optional().describe("Of a queued job that was not due at once: the time from which it may start."),
  finishedAt: time.optional(),
  cancelRequestedAt: time.optional().describe("Time of the request to cancel the running job."),
  result: z.custom<Json>().optional(),
  resultUrl: z
    .string()
    .optional()
    .describe(`Instead of a large result: its URL, valid for ${limits.resultUrlSeconds} seconds.`),
  error: jobErrorSchema.optional().describe("Error of the latest failed attempt."),
  timeoutSeconds: z.number().optional().describe("As in the request."),
  retryDelaySeconds: z.number().optional().describe("As in the request."),
  replyTo: z.string().optional().describe("As in the request."),
  correlationId: z.string().optional().describe("As in the request."),
  groupId: z.string().optional().describe("Of a job with fifo: its group."),
  earlierRuns: z
    .array(
      z.object({
        state: z.enum(["failed", "cancelled"]),
        attempts: z.int(),
        finishedAt: time,
        error: jobErrorSchema.optional(),
      }),
    )
    .optional()
    .describe(`How the job ended before it was retried by hand, the newest ${limits.earlierRuns} ends.`),
  traceId: z
    .string()
    .optional()
    .describe("Id of the job's trace in AWS X-Ray. Log lines about the job contain it too."),
});

export type JobView = z.infer<typeof jobViewSchema>;

export const jobListSchema = z.object({
  jobs: z.array(jobViewSchema).describe("Newest first, without result, resultUrl and log."),
  cursor: z
    .string()
    .optional()
    .describe(
      "Send it to get the next page; absent on the last page. A filtered page may have fewer jobs than its limit, even none, and still have a cursor.",
    ),
});

export type JobList = z.infer<typeof jobListSchema>;
