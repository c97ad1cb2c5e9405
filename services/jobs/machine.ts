/**
 * The state machine of a job, its lease and its ticket: pure functions of (job, what happens, now).
 *
 *   queued --claim--> running --succeed--> succeeded
 *     ^  |               | | \--fail, last attempt; expire, last attempt--> failed
 *     |  |               | \--cancel, then the holder's answer or expiry--> cancelled
 *     |  \--cancel---> cancelled
 *     \--fail, hand back, expire--/
 *
 * Each returns what to write and what to do with the ticket afterwards: first the record, then the ticket, so that
 * a crash in between leaves a ticket too many and never one too few.
 */
import { isFinished } from "../../contract/job.ts";
import type { Job, JobError, LogLine, Stored } from "./job.ts";

/** What becomes of the ticket once the record is written. */
export type TicketOrder =
  | { order: "keep" }
  | { order: "delete" }
  /** To the dead-letter queue, with the reason. */
  | { order: "bury"; reason: string }
  /** Seen again after this long, without counting as a failure. */
  | { order: "postpone"; milliseconds: number }
  /** A fresh ticket, for whoever holds none. */
  | { order: "send" };

export type Refusal = "finished" | "leased" | "not-due" | "lease-lost" | "alive";

export type Transition =
  | { accepted: true; job: Job; ticket: TicketOrder }
  | { accepted: false; reason: Refusal; ticket: TicketOrder };

export interface RetryPolicy {
  /** Wait after the first failure; doubles with each further one. */
  baseMilliseconds: number;
  capMilliseconds: number;
}

const keep: TicketOrder = { order: "keep" };

/** A worker asks for the job: an attempt begins if the job is due and nobody holds a living lease. */
export function claim(job: Job, lease: { token: string; milliseconds: number }, now: number): Transition {
  if (isFinished(job.state)) return refuse("finished", { order: "delete" });
  if (job.state === "running") {
    const until = job.lease?.until ?? now;
    if (until > now) return refuse("leased", { order: "postpone", milliseconds: until - now });
    if (job.cancelRequestedAt !== undefined) return cancelled(job, now);
    if (job.attempts >= job.maxAttempts) return failed(job, leaseExpired(job), now);
  }
  if (job.state === "queued" && job.stateSince > now) {
    return refuse("not-due", { order: "postpone", milliseconds: job.stateSince - now });
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
    keep,
  );
}

/** The holder is alive: the lease runs on from now, and what the handler has said is noted. */
export function heartbeat(
  job: Job,
  lease: { token: string; milliseconds: number },
  said: { progress?: number | undefined; log?: LogLine[] | undefined },
  now: number,
): Transition {
  if (!holds(job, lease.token)) return refuse("lease-lost", keep);
  return write(
    job,
    {
      lease: { token: lease.token, until: now + lease.milliseconds },
      progress: said.progress ?? job.progress,
      log: said.log ?? job.log,
    },
    keep,
  );
}

/** The holder has done the work. */
export function succeed(job: Job, token: string, result: Stored, now: number): Transition {
  if (!holds(job, token)) return refuse("lease-lost", keep);
  return end(job, { state: "succeeded", result, progress: 1, error: undefined }, { order: "delete" }, now);
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
  if (!holds(job, token)) return refuse("lease-lost", keep);
  if (job.cancelRequestedAt !== undefined) return cancelled(job, now);
  const reason: JobError = { code: error.code, message: error.message };
  if (error.isFinal || job.attempts >= job.maxAttempts) return failed(job, reason, now);

  const wait = backoffMilliseconds(job.attempts, retry);
  return requeue(job, { error: reason }, now + wait, { order: "postpone", milliseconds: wait });
}

/** The holder gives the job back unfinished for reasons of its own; no attempt is used up. */
export function handBack(job: Job, token: string, now: number): Transition {
  if (!holds(job, token)) return refuse("lease-lost", keep);
  if (job.cancelRequestedAt !== undefined) return cancelled(job, now);
  return requeue(job, { attempts: job.attempts - 1 }, now, { order: "postpone", milliseconds: 0 });
}

/** The owner no longer wants it. A queued job ends here; the holder of a running one is asked to stop. */
export function cancel(job: Job, now: number): Transition {
  if (isFinished(job.state)) return refuse("finished", keep);
  if (job.state === "queued") return end(job, { state: "cancelled" }, keep, now);
  if (job.cancelRequestedAt !== undefined) return refuse("alive", keep);
  return write(job, { cancelRequestedAt: now }, keep);
}

/** Nobody has heard of the job for too long: it gets a fresh ticket, or its end. The sweeper holds no ticket itself. */
export function sweep(
  job: Job,
  patience: { queuedMilliseconds: number; graceMilliseconds: number },
  now: number,
): Transition {
  if (isFinished(job.state)) return refuse("finished", keep);
  if (job.state === "queued") {
    if (job.stateSince + patience.queuedMilliseconds > now) return refuse("alive", keep);
    return requeue(job, {}, now, { order: "send" });
  }
  if ((job.lease?.until ?? 0) + patience.graceMilliseconds > now) return refuse("alive", keep);
  if (job.cancelRequestedAt !== undefined) return end(job, { state: "cancelled" }, keep, now);
  if (job.attempts >= job.maxAttempts) return end(job, { state: "failed", error: leaseExpired(job) }, keep, now);
  return requeue(job, { error: leaseExpired(job) }, now, { order: "send" });
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
  return end(job, { state: "failed", error }, { order: "bury", reason: `${error.code}: ${error.message}` }, now);
}

function cancelled(job: Job, now: number): Transition {
  return end(job, { state: "cancelled" }, { order: "delete" }, now);
}

function end(job: Job, changes: Partial<Job>, ticket: TicketOrder, now: number): Transition {
  return write(job, { ...changes, stateSince: now, finishedAt: now, lease: undefined }, ticket);
}

function requeue(job: Job, changes: Partial<Job>, dueAt: number, ticket: TicketOrder): Transition {
  return write(job, { ...changes, state: "queued", stateSince: dueAt, lease: undefined, progress: undefined }, ticket);
}

function write(job: Job, changes: Partial<Job>, ticket: TicketOrder): Transition {
  return { accepted: true, job: { ...job, ...changes, version: job.version + 1 }, ticket };
}

function refuse(reason: Refusal, ticket: TicketOrder): Transition {
  return { accepted: false, reason, ticket };
}
