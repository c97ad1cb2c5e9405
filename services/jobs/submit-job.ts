import type { JobType, Json } from "../../contract/job.ts";
import type { Clock } from "../../runtime/clock.ts";
import { AppError } from "../../runtime/errors.ts";
import type { Artifacts } from "./artifacts.ts";
import type { Job, JobKey } from "./job.ts";
import type { JobQueue, JobStore } from "./ports.ts";
import { hashRequest } from "./request-hash.ts";

export interface SubmitDeps {
  store: Pick<JobStore, "create">;
  sendMessage: JobQueue["send"];
  artifacts: Pick<Artifacts, "keepPayload">;
  clock: Clock;
  maxAttempts: number;
}

export interface SubmitRequest extends JobKey {
  type: JobType;
  payload: Json;
  /** Of the request; a repeated one leaves the job in the trace of the first. */
  traceparent?: string | undefined;
}

/**
 * Accepts a job: large payload, record, message, in this order, so that an accepted job is kept. Repeating it is safe, and
 * while the job is queued sends the message again, because a crash may have come between record and message.
 * @throws AppError `conflict` when the owner has another job with this id.
 */
export async function submitJob(
  deps: SubmitDeps,
  request: SubmitRequest,
): Promise<{ outcome: "accepted"; jobId: string; isNew: boolean }> {
  const key: JobKey = { owner: request.owner, jobId: request.jobId };
  const requestHash = hashRequest({ type: request.type, payload: request.payload });
  const payload = await deps.artifacts.keepPayload(key, request.payload, requestHash);
  const now = deps.clock.now();
  const job = newJob(
    key,
    {
      type: request.type,
      payload,
      requestHash,
      maxAttempts: deps.maxAttempts,
      traceparent: request.traceparent,
    },
    now,
  );

  const created = await deps.store.create(job);
  const kept = created.created ? job : created.existing;
  if (kept.requestHash !== requestHash) {
    throw new AppError("conflict", `Expected a new id, or the same request again; "${key.jobId}" is another job.`, {
      details: { ...key },
    });
  }
  if (kept.state === "queued") await deps.sendMessage(kept, Math.max(0, kept.stateSince - now));
  return { outcome: "accepted", jobId: key.jobId, isNew: created.created };
}

function newJob(
  key: JobKey,
  given: Pick<Job, "type" | "payload" | "requestHash" | "maxAttempts" | "traceparent">,
  now: number,
): Job {
  return {
    ...key,
    ...given,
    schemaVersion: 1,
    state: "queued",
    stateSince: now,
    createdAt: now,
    attempts: 0,
    fence: 0,
    version: 1,
  };
}
