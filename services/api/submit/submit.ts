import type { JobOptions, SubmitReply } from "../../../contract/http.ts";
import type { JobType } from "../../../contract/job.ts";
import { dayMilliseconds, limits } from "../../../contract/limits.ts";
import { AppError } from "../../../runtime/errors.ts";
import { formatTraceparent } from "../../../runtime/tracing/trace-context.ts";
import type { JobKey } from "../../jobs/job.ts";
import type { SendMessages } from "../../jobs/message-batches.ts";
import type { SendMessage } from "../../jobs/ports.ts";
import { asPayload, dueTime, type Payload } from "../../jobs/submit-job.ts";
import { findUploads } from "../../jobs/types/find-uploads.ts";
import type { OpenPlaces, Places } from "../../owners/waiting-gate.ts";
import type { ApiReply, ApiRequest } from "../http/api-handler.ts";
import { nameOf } from "../http/field-errors.ts";
import { invalidRequest, Problem } from "../http/problem.ts";
import { type CheckDeps, type CheckedJob, checkJob, payloadErrorsOf } from "./check-job.ts";
import { anUpload, type OpenUpload, readDocument } from "./read-document.ts";

export interface NewJob {
  owner: string;
  jobId: string;
  type: JobType;
  payload: Payload;
  options: JobOptions;
  traceparent?: string;
  callerTraceId?: string | undefined;
}

export interface SubmitDeps extends CheckDeps {
  /** Resolves to false if the job existed already. */
  submitJob(job: NewJob, sendMessage: SendMessage): Promise<boolean>;
  sendMessage: SendMessage;
  sendMessages: SendMessages;
  /** Tells if the job exists. */
  isKnown(key: JobKey): Promise<boolean>;
  openPlaces: OpenPlaces;
  openUpload: OpenUpload;
  /** Keeps an upload for the job. False if the owner has no such upload. */
  keepUpload(owner: string, objectKey: string): Promise<boolean>;
  /** Days for which S3 keeps a payload or an input until the job is due. */
  retentionDays: number;
  /** Largest JSON document for `payloadKey` that a worker can hold; in a batch, all of them together. */
  payloadDocumentBytes: number;
}

/** POST /jobs: answers 202 after the job is stored and its message sent. Repeating the request gives the same answer. */
export async function submit(request: ApiRequest, deps: SubmitDeps): Promise<ApiReply> {
  const checked = checkJob(request.json(), request.header("idempotency-key"), deps);
  await submitAlone(request, checked, deps);
  const reply: SubmitReply = { accepted: true, jobId: checked.jobId };
  return { status: 202, body: reply, headers: { location: `/jobs/${checked.jobId}` } };
}

/** Submits a validated job that shares its limits with no other. @throws Problem */
export async function submitAlone(submitter: Submitter, checked: CheckedJob, deps: SubmitDeps): Promise<void> {
  const places = await deps.openPlaces(submitter.owner, 1);
  try {
    await submitChecked(submitter, checked, deps, { bytesLeft: deps.payloadDocumentBytes, places });
  } finally {
    await places.close();
  }
}

/** The owner of new jobs, and the trace that they belong to. */
export type Submitter = Pick<ApiRequest, "owner" | "trace">;

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
  { owner, trace }: Submitter,
  checked: CheckedJob,
  {
    submitJob,
    sendMessage,
    isKnown,
    openUpload,
    keepUpload,
    payloadSchemas,
    now,
    retentionDays,
  }: Omit<SubmitDeps, "sendMessages">,
  budget: RequestBudget,
): Promise<void> {
  const { jobId, type, options } = checked;
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
    const payload =
      "payload" in checked ? asPayload(checked.payload) : await payloadOf(checked.type, checked.payloadKey);
    const uploads = findUploads(payloadSchemas[type], payload.value);
    if (uploads.length > 0 || payload.text.length > limits.inlineBytes) refuseTooLate();
    await keepUploads(uploads);
    const traced = trace && { traceparent: formatTraceparent(trace), callerTraceId: trace.callerTraceId };
    return submitJob({ owner, jobId, type, payload, options, ...traced }, sendMessage).catch((error: unknown) => {
      if (!(error instanceof AppError) || error.code !== "conflict") throw error;
      throw new Problem(409, "conflict", "The id is taken", error.message, { cause: error });
    });
  }

  function refuseTooLate(): void {
    if (dueTime(options, now()) - now() <= retentionDays * dayMilliseconds) return;
    const expected = `at most ${retentionDays} days ahead with an upload or a payload above ${limits.inlineBytes} bytes, which are kept no longer`;
    throw invalidRequest([{ field: "runAt", expected, came: String(options.runAt) }]);
  }

  /** Before the job is stored, so that an accepted job finds its inputs. */
  async function keepUploads(uploads: ReturnType<typeof findUploads>): Promise<void> {
    for (const { path, objectKey } of uploads) {
      if (await keepUpload(owner, objectKey)) continue;
      const field = nameOf("payload", path);
      throw invalidRequest([{ field, expected: anUpload, came: "a key without an object" }]);
    }
  }

  async function payloadOf(type: JobType, payloadKey: string): Promise<Payload> {
    const { payload, bytes } = await readDocument(openUpload, owner, payloadKey, budget.bytesLeft);
    budget.bytesLeft -= bytes;
    const errors = payloadErrorsOf(type, payload.value, payloadSchemas);
    if (errors.length > 0) throw invalidRequest(errors);
    return payload;
  }
}

export function tooManyWaiting({ limit, count }: Places): Problem {
  const detail = `Expected at most ${limit} jobs that wait for their first start; you have about ${count}. Try again when some have started.`;
  return new Problem(429, "too-many-waiting", "Too many jobs wait", detail, {
    limit: { limit, count },
    retryAfterSeconds: waitingRetrySeconds,
  });
}

const waitingRetrySeconds = 10;
