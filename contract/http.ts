import { z } from "zod";
import { defaultJobType, type Json, jobStates, jobTypes } from "./job.ts";
import { limits } from "./limits.ts";

/*
 * What the API takes. The same schemas check requests and make the API document, so that messages say what is expected.
 */

/** An id a client may choose: it stands in URLs, keys and logs as it is. */
export const jobIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "expected letters, digits, '.', '_' and '-', beginning with a letter or digit")
  .max(limits.jobIdLength);

/** Any value of a parsed JSON text; walking it would tell nothing more. The parser has seen to it that it is kept exactly. */
export const jsonSchema = z.custom<Json>((value) => value !== undefined, "expected any JSON value");

/** Body of POST /jobs. The payload is checked by its type's own schema afterwards. */
export const submitRequestSchema = z.strictObject({
  type: z.enum(jobTypes).default(defaultJobType).describe("What is to be done."),
  payload: jsonSchema
    .optional()
    .describe(
      "What the job type works on; its own schema is payload.TYPE of this document. The handler gets exactly this value. " +
        "A number is taken if the 64-bit float that is nearest to it, written in its shortest form, has the same value " +
        "(1.0 and 1e2 are, 12345678901234567890 and 1e400 are not), and a name may stand in an object once; else the answer is 400.",
    ),
  payloadKey: z
    .string()
    .min(1)
    .max(1024)
    .optional()
    .describe(
      `Instead of payload: the objectKey of a JSON document uploaded through POST /uploads, up to ${limits.payloadDocumentBytes} bytes.`,
    ),
  jobId: jobIdSchema.optional().describe("An id of the caller's; a new one unless told."),
  fifo: z.literal(false, "expected false: fifo is not available yet").optional().describe("Not available yet."),
});

/** Value of the Idempotency-Key header: any visible ASCII text. */
export const idempotencyKeySchema = z
  .string()
  .regex(/^[\x21-\x7e]+$/, "expected visible ASCII characters")
  .max(255);

const batchSize = `expected a list of 1 to ${limits.batchJobs} jobs`;

/** The envelope of POST /jobs/batch. Each job is checked by itself, so that one bad job spoils no other. */
export const batchRequestSchema = z.strictObject({
  jobs: z.array(z.unknown(), batchSize).min(1, batchSize).max(limits.batchJobs, batchSize),
});

/** A number in a query, where everything is text; the document says it as the number that it stands for. */
const wholeNumber = (least: number, most: number, usual: number) => {
  const message = `expected a whole number from ${least} to ${most}`;
  const inRange = (text: string) => /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most;
  const number = z.string().refine(inRange, message).transform(Number).default(usual);
  return number.meta({ type: "integer", minimum: least, maximum: most });
};

/** Query of GET /jobs. */
export const listQuerySchema = z.strictObject({
  state: z.enum(jobStates).optional(),
  type: z.enum(jobTypes).optional(),
  limit: wholeNumber(1, limits.listJobs, 50),
  cursor: z.string().optional(),
});

/** Query of GET /jobs/{jobId}. */
export const statusQuerySchema = z.strictObject({ wait: wholeNumber(0, limits.waitSeconds, 0) });

/*
 * What the API answers.
 */

export const submitReplySchema = z.object({ accepted: z.literal(true), jobId: jobIdSchema });

export type SubmitReply = z.infer<typeof submitReplySchema>;

const jobErrorSchema = z.object({ code: z.string(), message: z.string() });

/** An error over HTTP: application/problem+json, RFC 9457. */
export const problemSchema = z.object({
  type: z.string().describe("urn:sluice:problem:CODE; the code is for machines."),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe("What was expected and what came, for people."),
  errors: z
    .array(z.object({ field: z.string(), expected: z.string(), came: z.string() }))
    .optional()
    .describe(`The places where the request was wrong: the first ${limits.problemErrors} of them.`),
  moreErrors: z.int().optional().describe("How many such places there are besides; absent where there are none."),
  error: jobErrorSchema.optional().describe("What the job failed with, where that is the problem."),
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
    .describe("One for each job of the request, in its order."),
});

export type BatchReply = z.infer<typeof batchReplySchema>;
export type BatchOutcome = BatchReply["outcomes"][number];

const time = z.iso.datetime();

const asOfHeartbeat = `as of the latest heartbeat, at most ${limits.heartbeatSeconds} seconds ago while it runs`;

/** Where a job is and what came of it. Times are ISO 8601 in UTC. */
export const jobViewSchema = z.object({
  jobId: jobIdSchema,
  type: z.string(),
  state: z.enum(jobStates),
  attempts: z.int().describe("Starts so far that count."),
  maxAttempts: z.int(),
  progress: z.number().optional().describe(`Share done, 0 to 1, ${asOfHeartbeat}.`),
  log: z
    .array(z.object({ at: time, text: z.string() }))
    .optional()
    .describe(`The newest ${limits.logLines} lines that the job's handler wrote, ${asOfHeartbeat}.`),
  createdAt: time,
  startedAt: time.optional().describe("Of the latest start."),
  finishedAt: time.optional(),
  cancelRequestedAt: time.optional().describe("When its owner asked a running job to stop."),
  result: z.custom<Json>().optional(),
  resultUrl: z.string().optional().describe("Where a result too large to stand here can be fetched for a while."),
  error: jobErrorSchema.optional().describe("Of the latest failed attempt."),
  traceId: z
    .string()
    .optional()
    .describe("Of the trace that follows the job, as AWS X-Ray writes it; with it the job's log lines are found too."),
});

export type JobView = z.infer<typeof jobViewSchema>;

export const jobListSchema = z.object({
  jobs: z.array(jobViewSchema).describe("Newest first, without result, resultUrl and log."),
  cursor: z
    .string()
    .optional()
    .describe("Leads to the jobs after these. A filtered page may hold fewer than its limit, even none, and have one."),
});

export type JobList = z.infer<typeof jobListSchema>;

/** What POST /uploads answers: PUT the bytes to `url`, then name `objectKey` in a payload. */
export const uploadReplySchema = z.object({
  objectKey: z.string(),
  method: z.literal("PUT"),
  url: z.string(),
  expiresAt: time,
  maxBytes: z.int(),
});

export type UploadReply = z.infer<typeof uploadReplySchema>;
