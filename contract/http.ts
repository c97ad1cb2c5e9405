import { z } from "zod";
import { defaultJobType, type JobState, type Json, jobTypes } from "./job.ts";
import { limits } from "./limits.ts";

/** An id a client may choose: it stands in URLs, keys and logs as it is. */
export const jobIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "expected letters, digits, '.', '_' and '-', beginning with a letter or digit")
  .max(limits.jobIdLength);

/** Body of POST /jobs. The payload is checked by its type's own schema afterwards. */
export const submitRequestSchema = z.strictObject({
  type: z.enum(jobTypes).default(defaultJobType),
  payload: z.json({ error: "expected any JSON value; none came" }),
  jobId: jobIdSchema.optional(),
  fifo: z.literal(false, "FIFO order is not offered; leave fifo out").optional(),
});

/** Value of the Idempotency-Key header: any visible ASCII text. */
export const idempotencyKeySchema = z
  .string()
  .regex(/^[\x21-\x7e]+$/, "expected visible ASCII characters")
  .max(255);

export interface SubmitReply {
  accepted: true;
  jobId: string;
}

/** What GET /jobs/{jobId} answers. Times are ISO 8601 in UTC. */
export interface JobView {
  jobId: string;
  type: string;
  state: JobState;
  /** Starts so far that count. */
  attempts: number;
  maxAttempts: number;
  /** Share done, 0 to 1. */
  progress?: number;
  createdAt: string;
  /** Of the latest start. */
  startedAt?: string;
  finishedAt?: string;
  result?: Json;
  /** Where a result too large to stand here can be fetched for a while. */
  resultUrl?: string;
  /** Of the latest failed attempt. */
  error?: { code: string; message: string };
  /** Of the trace that follows the job, as AWS X-Ray writes it; with it the job's log lines are found too. */
  traceId?: string;
}

/** What POST /uploads answers: PUT the bytes to `url`, then name `objectKey` in a payload. */
export interface UploadReply {
  objectKey: string;
  method: "PUT";
  url: string;
  expiresAt: string;
  maxBytes: number;
}

/** An error over HTTP: application/problem+json, RFC 9457. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail: string;
  /** Where the request was wrong: the field, what was expected and what came. */
  errors?: { field: string; message: string }[];
}
