/**
 * The state machine of a job, its lease and its message: pure functions of (job, what happens, now).
 *
 *   queued --claim--> running --succeed--> succeeded
 *     ^  |               | | \--fail, last attempt; expire, last attempt--> failed
 *     |  |               | \--cancel, then the holder's answer or expiry--> cancelled
 *     |  \--cancel---> cancelled
 *     \--fail, hand back, expire--/
 *
 * Each returns what to write and what to do with the message afterwards: first the record, then the message, so that
 * a crash in between leaves a message too many and never one too few.
 */
import { isFinished } from "../../contract/job.ts";
import type { Job, JobError, LogLine, Stored } from "./job.ts";

/** What becomes of the message once the record is written. */
export type Disposition =
  | { kind: "leave" }
  | { kind: "delete" }
  /** To the dead-letter queue, with the reason. */
  | { kind: "dead-letter"; reason: string }
  /** Seen again after this long, without counting as a failure. */
  | { kind: "defer"; milliseconds: number }
  /** A fresh message, for whoever holds none. */
  | { kind: "send" };

export type Refusal = "finished" | "leased" | "not-due" | "lease-lost" | "alive";

export type Transition =
  | { accepted: true; job: Job; disposition: Disposition }
  | { accepted: false; reason: Refusal; disposition: Disposition };

export interface RetryPolicy {
  /** Wait after the first failure; doubles with each further one. */
  baseMilliseconds: number;
  capMilliseconds: number;
}

const leave: Disposition = { kind: "leave" };

/** A worker asks for the job: an attempt begins if the job is due and nobody holds a living lease. */
export function claim(job: Job, lease: { token: string; milliseconds: number }, now: number): Transition {
  if (isFinished(job.state)) return refuse("finished", { kind: "delete" });
  if (job.state === "running") {
    const until = job.lease?.until ?? now;
    if (until > now) return refuse("leased", { kind: "defer", milliseconds: until - now });
    if (job.cancelRequestedAt !== undefined) return cancelled(job, now);
    if (job.attempts >= job.maxAttempts) return failed(job, leaseExpired(job), now);
  }
  if (job.state === "queued" && job.stateSince > now) {
    return refuse("not-due", { kind: "defer", milliseconds: job.stateSince - now });
  }
  return write(
    job,
    {
      state: "running",
      stateSince: now,
      startedAt: now,
      attempts: job.attempts + 1,
      fence: job.fence + 1,
      lease: { token: lease.token, until: now + lease.milliseconds },
      progress: undefined,
      error: job.state === "running" ? leaseExpired(job) : job.error,
    },
    leave,
  );
}

/** The holder is alive: the lease runs on from now, and what the handler has said is noted. */
export function heartbeat(
  job: Job,
  lease: { token: string; milliseconds: number },
  said: { progress?: number | undefined; log?: LogLine[] | undefined },
  now: number,
): Transition {
  if (!holds(job, lease.token)) return refuse("lease-lost", leave);
  return write(
    job,
    {
      lease: { token: lease.token, until: now + lease.milliseconds },
      progress: said.progress ?? job.progress,
      log: said.log ?? job.log,
    },
    leave,
  );
}

/** The holder has done the work. */
export function succeed(job: Job, token: string, result: Stored, now: number): Transition {
  if (!holds(job, token)) return refuse("lease-lost", leave);
  return end(job, { state: "succeeded", result, progress: 1, error: undefined }, { kind: "delete" }, now);
}

/**
 * The attempt failed: the job waits for its next one, or ends when this was the last.
 * `random` in [0, 1) spreads the waits over the upper half of the exponential backoff.
 */
export function fail(
  job: Job,
  token: string,
  error: JobError & { isFinal: boolean },
  retry: RetryPolicy & { random: number },
  now: number,
): Transition {
  if (!holds(job, token)) return refuse("lease-lost", leave);
  if (job.cancelRequestedAt !== undefined) return cancelled(job, now);
  const reason: JobError = { code: error.code, message: error.message };
  if (error.isFinal || job.attempts >= job.maxAttempts) return failed(job, reason, now);

  const wait = backoffMilliseconds(job.attempts, retry);
  return requeue(job, { error: reason }, now + wait, { kind: "defer", milliseconds: wait });
}

/** The holder gives the job back unfinished for reasons of its own; no attempt is used up. */
export function handBack(job: Job, token: string, now: number): Transition {
  if (!holds(job, token)) return refuse("lease-lost", leave);
  if (job.cancelRequestedAt !== undefined) return cancelled(job, now);
  return requeue(job, { attempts: job.attempts - 1 }, now, { kind: "defer", milliseconds: 0 });
}

/** The owner no longer wants it. A queued job ends here; the holder of a running one is asked to stop. */
export function cancel(job: Job, now: number): Transition {
  if (isFinished(job.state)) return refuse("finished", leave);
  if (job.state === "queued") return end(job, { state: "cancelled" }, leave, now);
  if (job.cancelRequestedAt !== undefined) return refuse("alive", leave);
  return write(job, { cancelRequestedAt: now }, leave);
}

/** Nobody has heard of the job for too long: it gets a fresh message, or its end. The sweeper holds no message itself. */
export function sweep(
  job: Job,
  patience: { queuedMilliseconds: number; graceMilliseconds: number },
  now: number,
): Transition {
  if (isFinished(job.state)) return refuse("finished", leave);
  if (job.state === "queued") {
    if (job.stateSince + patience.queuedMilliseconds > now) return refuse("alive", leave);
    return requeue(job, {}, now, { kind: "send" });
  }
  if ((job.lease?.until ?? 0) + patience.graceMilliseconds > now) return refuse("alive", leave);
  if (job.cancelRequestedAt !== undefined) return end(job, { state: "cancelled" }, leave, now);
  if (job.attempts >= job.maxAttempts) return end(job, { state: "failed", error: leaseExpired(job) }, leave, now);
  return requeue(job, { error: leaseExpired(job) }, now, { kind: "send" });
}

/** Exponential backoff with jitter over its upper half. */
export function backoffMilliseconds(attempt: number, retry: RetryPolicy & { random: number }): number {
  const ceiling = Math.min(retry.capMilliseconds, retry.baseMilliseconds * 2 ** (attempt - 1));
  return Math.round(ceiling * (0.5 + retry.random / 2));
}

function holds(job: Job, token: string): boolean {
  return job.state === "running" && job.lease?.token === token;
}

function leaseExpired(job: Job): JobError {
  return {
    code: "lease-expired",
    message: `Attempt ${job.attempts} of ${job.maxAttempts} stopped giving signs of life; its worker died or was cut off.`,
  };
}

function failed(job: Job, error: JobError, now: number): Transition {
  return end(job, { state: "failed", error }, { kind: "dead-letter", reason: `${error.code}: ${error.message}` }, now);
}

function cancelled(job: Job, now: number): Transition {
  return end(job, { state: "cancelled" }, { kind: "delete" }, now);
}

function end(job: Job, changes: Partial<Job>, disposition: Disposition, now: number): Transition {
  return write(job, { ...changes, stateSince: now, finishedAt: now, lease: undefined }, disposition);
}

function requeue(job: Job, changes: Partial<Job>, dueAt: number, disposition: Disposition): Transition {
  return write(
    job,
    { ...changes, state: "queued", stateSince: dueAt, lease: undefined, progress: undefined },
    disposition,
  );
}

function write(job: Job, changes: Partial<Job>, disposition: Disposition): Transition {
  return { accepted: true, job: { ...job, ...changes, version: job.version + 1 }, disposition };
}

function refuse(reason: Refusal, disposition: Disposition): Transition {
  return { accepted: false, reason, disposition };
}
