import type { SubmitReply } from "../../../contract/http.ts";
import type { JobType, Json } from "../../../contract/job.ts";
import { limits } from "../../../contract/limits.ts";
import { AppError } from "../../../runtime/errors.ts";
import { formatTraceparent } from "../../../runtime/tracing/trace-context.ts";
import type { JobKey } from "../../jobs/job.ts";
import type { OpenPlaces, Places } from "../../owners/waiting-gate.ts";
import type { ApiReply, ApiRequest } from "../http/api-handler.ts";
import { invalidRequest, Problem } from "../http/problem.ts";
import { type CheckedJob, checkJob, payloadErrorsOf } from "./check-job.ts";
import { type OpenUpload, readDocument } from "./read-document.ts";

export interface NewJob {
  owner: string;
  jobId: string;
  type: JobType;
  payload: Json;
  traceparent?: string;
}

export interface SubmitDeps {
  /** Resolves to false if the job existed already. */
  submitJob(job: NewJob): Promise<boolean>;
  /** Tells if the job exists. */
  isKnown(key: JobKey): Promise<boolean>;
  openPlaces: OpenPlaces;
  openUpload: OpenUpload;
}

/** POST /jobs: answers 202 after the job is stored and its message sent. Repeating the request gives the same answer. */
export async function submit(request: ApiRequest, deps: SubmitDeps): Promise<ApiReply> {
  const checked = checkJob(request.json(), request.header("idempotency-key"));
  const places = await deps.openPlaces(request.owner, 1);
  try {
    await submitChecked(request, checked, deps, { bytesLeft: limits.payloadDocumentBytes, places });
  } finally {
    await places.close();
  }
  const reply: SubmitReply = { accepted: true, jobId: checked.jobId };
  return { status: 202, body: reply, headers: { location: `/jobs/${checked.jobId}` } };
}

/** The rest of a request's limits, which its jobs share. */
export interface RequestBudget {
  /** For uploaded payloads. */
  bytesLeft: number;
  places: Places;
}

/**
 * Submits a validated job, reading its uploaded payload first. A job that exists needs no place.
 * @throws Problem 429 if the owner has too many waiting jobs
 */
export async function submitChecked(
  { owner, trace }: ApiRequest,
  checked: CheckedJob,
  { submitJob, isKnown, openUpload }: SubmitDeps,
  budget: RequestBudget,
): Promise<void> {
  const { jobId, type } = checked;
  const { places } = budget;
  const hasPlace = places.take();
  if (!hasPlace && !(await isKnown({ owner, jobId }))) throw tooManyWaiting(places);
  let isNew = false;
  try {
    isNew = await store();
  } finally {
    if (hasPlace && !isNew) places.giveBack();
  }

  async function store(): Promise<boolean> {
    const payload = "payload" in checked ? checked.payload : await payloadOf(checked.type, checked.payloadKey);
    const traceparent = trace ? { traceparent: formatTraceparent(trace) } : {};
    return submitJob({ owner, jobId, type, payload, ...traceparent }).catch((error: unknown) => {
      if (!(error instanceof AppError) || error.code !== "conflict") throw error;
      throw new Problem(409, "conflict", "The id is taken", error.message, { cause: error });
    });
  }

  async function payloadOf(type: JobType, payloadKey: string): Promise<Json> {
    const { payload, bytes } = await readDocument(openUpload, owner, payloadKey, budget.bytesLeft);
    budget.bytesLeft -= bytes;
    const errors = payloadErrorsOf(type, payload);
    if (errors.length > 0) throw invalidRequest(errors);
    return payload;
  }
}

function tooManyWaiting({ limit, count }: Places): Problem {
  const detail = `Expected at most ${limit} jobs that wait for their first start; you have about ${count}. Try again when some have started.`;
  return new Problem(429, "too-many-waiting", "Too many jobs wait", detail, {
    limit: { limit, count },
    retryAfterSeconds: waitingRetrySeconds,
  });
}

const waitingRetrySeconds = 10;
