import { createHash, randomUUID } from "node:crypto";
import { idempotencyKeySchema, type SubmitReply, submitRequestSchema } from "../../../contract/http.ts";
import type { JobType, Json } from "../../../contract/job.ts";
import { AppError } from "../../../runtime/errors.ts";
import { formatTraceparent } from "../../../runtime/tracing/trace-context.ts";
import { payloadSchemas } from "../../jobs/types/schemas.ts";
import type { ApiReply, ApiRequest } from "../http/api-handler.ts";
import { invalidRequest, Problem } from "../http/problem.ts";

export interface NewJob {
  owner: string;
  jobId: string;
  type: JobType;
  payload: Json;
  traceparent?: string;
}

/** POST /jobs: answers 202 once the job is kept and its ticket is queued, and again for the same request. */
export async function submit(request: ApiRequest, submitJob: (job: NewJob) => Promise<void>): Promise<ApiReply> {
  const parsed = submitRequestSchema.safeParse(request.json());
  if (!parsed.success) throw invalidRequest(parsed.error, "");
  const { type, payload, jobId } = parsed.data;
  const checked = payloadSchemas[type].safeParse(payload);
  if (!checked.success) throw invalidRequest(checked.error, "payload");

  const id = chooseId(request, jobId);
  const trace = request.trace ? { traceparent: formatTraceparent(request.trace) } : {};
  await submitJob({ owner: request.owner, jobId: id, type, payload, ...trace }).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code !== "conflict") throw error;
    throw new Problem(409, "conflict", "The id is taken", error.message, { cause: error });
  });

  const reply: SubmitReply = { accepted: true, jobId: id };
  return { status: 202, body: reply, headers: { location: `/jobs/${id}` } };
}

function chooseId(request: ApiRequest, jobId: string | undefined): string {
  const header = request.header("idempotency-key");
  if (header === undefined) return jobId ?? randomUUID();
  if (jobId !== undefined) {
    const detail = "Expected either jobId in the body or the header Idempotency-Key; both came.";
    throw new Problem(400, "two-ids", "Two ids", detail, { errors: [{ field: "jobId", message: detail }] });
  }
  const key = idempotencyKeySchema.safeParse(header);
  if (!key.success) throw invalidRequest(key.error, "Idempotency-Key");
  return idOf(key.data);
}

/** The same key is the same job; ids of different owners never meet, so that the key alone decides. */
function idOf(idempotencyKey: string): string {
  return `key-${createHash("sha256").update(idempotencyKey).digest("hex").slice(0, 32)}`;
}
