import { z } from "zod";
import type { JobView } from "../../contract/http.ts";
import { type JobType, type Json, jobStates } from "../../contract/job.ts";
import { AppError, asError } from "../../runtime/errors.ts";
import { type Call, type RequestOptions, request } from "./request.ts";

export type ApiClient = ReturnType<typeof createApiClient>;

/** The operations of the job API that the demo uses, as any client could write them. */
export function createApiClient(apiUrl: string, options: RequestOptions) {
  const base = apiUrl.replace(/\/$/, "");

  return {
    async submitJob(job: { jobId: string; type: JobType; payload: Json }): Promise<void> {
      await request(post(`${base}/jobs`, job), 202, options);
    },

    async loadJob(jobId: string): Promise<JobView> {
      const text = await request({ method: "GET", url: `${base}/jobs/${jobId}` }, 200, options);
      return parse(jobViewSchema, text, `GET /jobs/${jobId}`);
    },

    /** A result too large for the job's own view. */
    async loadResult(resultUrl: string): Promise<Json> {
      const text = await request({ method: "GET", url: resultUrl }, 200, options);
      return parse(z.custom<Json>(), text, "GET of a result");
    },

    /** Uploads bytes, and gives the key by which a payload names them. */
    async upload(body: Uint8Array<ArrayBuffer>): Promise<string> {
      const text = await request(post(`${base}/uploads`, {}), 201, options);
      const { method, url, objectKey } = parse(uploadReplySchema, text, "POST /uploads");
      await request({ method, url, body }, 200, options);
      return objectKey;
    },
  };
}

const jobViewSchema = z.object({
  jobId: z.string(),
  type: z.string(),
  state: z.enum(jobStates),
  attempts: z.int(),
  maxAttempts: z.int(),
  progress: z.number().optional(),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().optional(),
  finishedAt: z.iso.datetime().optional(),
  result: z.custom<Json>().optional(),
  resultUrl: z.url().optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
}) satisfies z.ZodType<JobView>;

const uploadReplySchema = z.object({ objectKey: z.string(), method: z.literal("PUT"), url: z.url() });

function post(url: string, body: unknown): Call {
  return { method: "POST", url, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

function parse<Schema extends z.ZodType>(schema: Schema, text: string, call: string): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : asError(cause).message;
    throw new AppError("unexpected-answer", `${call} answered otherwise than agreed: ${reason}`, { cause });
  }
}
