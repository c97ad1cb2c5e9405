import type { SubmitReply } from "../../../contract/http.ts";
import type { JobType } from "../../../contract/job.ts";
import { AppError } from "../../../runtime/errors.ts";
import { formatTraceparent } from "../../../runtime/tracing/trace-context.ts";
import { asPayload, type Payload } from "../../jobs/submit-job.ts";
import type { ApiReply, ApiRequest } from "../http/api-handler.ts";
import { invalidRequest, Problem } from "../http/problem.ts";
import { type CheckedJob, checkJob, payloadErrorsOf } from "./check-job.ts";
import { type OpenUpload, readDocument } from "./read-document.ts";

export interface NewJob {
  owner: string;
  jobId: string;
  type: JobType;
  payload: Payload;
  traceparent?: string;
}

export interface SubmitDeps {
  submitJob(job: NewJob): Promise<void>;
  openUpload: OpenUpload;
  /** Largest JSON document for `payloadKey` that a worker can hold; in a batch, all of them together. */
  payloadDocumentBytes: number;
}

/** POST /jobs: answers 202 after the job is stored and its message sent. Repeating the request gives the same answer. */
export async function submit(request: ApiRequest, deps: SubmitDeps): Promise<ApiReply> {
  const checked = checkJob(request.json(), request.header("idempotency-key"));
  await submitChecked(request, checked, deps, { bytesLeft: deps.payloadDocumentBytes });
  const reply: SubmitReply = { accepted: true, jobId: checked.jobId };
  return { status: 202, body: reply, headers: { location: `/jobs/${checked.jobId}` } };
}

/** Submits a validated job, reading its uploaded payload first. `documents` is the rest of the request's limit for uploads. */
export async function submitChecked(
  { owner, trace }: ApiRequest,
  checked: CheckedJob,
  { submitJob, openUpload }: SubmitDeps,
  documents: { bytesLeft: number },
): Promise<void> {
  const { jobId, type } = checked;
  const payload = "payload" in checked ? asPayload(checked.payload) : await payloadOf(checked.type, checked.payloadKey);
  const traceparent = trace ? { traceparent: formatTraceparent(trace) } : {};
  await submitJob({ owner, jobId, type, payload, ...traceparent }).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code !== "conflict") throw error;
    throw new Problem(409, "conflict", "The id is taken", error.message, { cause: error });
  });

  async function payloadOf(type: JobType, payloadKey: string): Promise<Payload> {
    const { payload, bytes } = await readDocument(openUpload, owner, payloadKey, documents.bytesLeft);
    documents.bytesLeft -= bytes;
    const errors = payloadErrorsOf(type, payload.value);
    if (errors.length > 0) throw invalidRequest(errors);
    return payload;
  }
}
