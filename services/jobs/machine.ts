/**
 * The state machine of a job, its lease and its queue message: pure functions of (job, event, now).
 *
 *   queued --claim--> running --succeed--> succeeded
 *     ^  |               | | \--fail, last attempt; expire, last attempt--> failed
 *     |  |               | \--cancel, then the holder's answer or expiry--> cancelled
 *     |  \--cancel---> cancelled
 *     \--fail, interrupt, hand back, expire--/
 *
 * A failed or cancelled job returns to queued when its owner retries it by hand.
 *
 * An attempt that ends without an outcome was interrupted: its lease expired, or something else than the worker killed its
 * handler's process, perhaps by another job's fault. Up to `maxAttempts - 1` interruptions use up no attempt; more might be the job's own fault.
 *
 * Each returns the next record and the message's disposition. The caller writes the record first and settles the
 * message after it, so that a crash in between leaves an extra message and never a missing one.
 */
import { isFinished } from "../../contract/job.ts";
import { limits } from "../../contract/limits.ts";
import { type Backoff, backoffMilliseconds } from "../../runtime/backoff.ts";
import type { HandlerReport, Job, JobError, Position, Stored } from "./job.ts";

/** How a received message is settled once the record is written. */
export type Disposition =
  /** Nothing: it becomes visible again after its visibility timeout, if it is still in flight. */
  | { kind: "leave" }
  | { kind: "delete" }
  /** Move to the dead-letter queue. */
  | { kind: "dead-letter"; reason: string }
  /** Make visible again after this long, without counting as a failure. */
  | { kind: "defer"; milliseconds: number };

/** Sweeper and API have received no message, so that they can only send one. */
export type SweepDisposition = { kind: "leave" } | { kind: "send" };

export type Refusal = "finished" | "leased" | "not-due" | "not-its-turn" | "lease-lost" | "alive" | "misplaced";

export type Transition<Settlement = Disposition> =
  | { accepted: true; job: Job; disposition: Settlement }
  | { accepted: false; reason: Refusal; disposition: Settlement };

export interface LeaseRequest {
  token: string;
  milliseconds: number;
}

const leave = { kind: "leave" } as const;

/**
 * A worker asks for a lease. An attempt begins if the job is due and no unexpired lease exists.
 * @param turn the position whose turn it is in the job's group. A job that has another position does not start.
 */
export function claim(job: Job, lease: LeaseRequest, now: number, turn?: Position): Transition {
  if (isFinished(job.state)) return refuse("finished", { kind: "delete" });
  if (job.state === "running") {
    const until = job.lease?.until ?? now;
    if (until > now) return refuse("leased", { kind: "defer", milliseconds: until - now });
    if (job.cancelRequestedAt !== undefined) return cancelled(job, now);
    if (!mayStartAgain(job)) return failed(job, leaseExpired(job), now);
  }
  if (job.state === "queued" && job.stateSince > now) {
    return refuse("not-due", { kind: "defer", milliseconds: job.stateSince - now });
  }
  if (job.position?.number !== turn?.number) return refuse("not-its-turn", { kind: "defer", milliseconds: 0 });
  const before = job.state === "running" ? { ...job, ...interruption(job, leaseExpired(job)) } : job;
  return write(
    before,
    {
      state: "running",
      stateSince: now,
      startedAt: now,
      attempts: before.attempts + 1,
      fence: job.fence + 1,
      lease: { token: lease.token, until: now + lease.milliseconds },
      progress: undefined,
      unsent: undefined,
      position: job.position && { ...job.position, hasStarted: true },
    },
    leave,
  );
}

/** The message of a job that is due much later has been sent. */
export function announce(job: Job): Transition<SweepDisposition> {
  if (job.state !== "queued" || !job.unsent) return refuse("alive", leave);
  return write<SweepDisposition>(job, { unsent: undefined }, leave);
}

/** The lease holder renews its lease from now on and records the handler's progress and log. */
export function heartbeat(job: Job, lease: LeaseRequest, report: Partial<HandlerReport>, now: number): Transition {
  if (!holds(job, lease.token)) return refuse("lease-lost", leave);
  return write(
    job,
    {
      lease: { token: lease.token, until: now + lease.milliseconds },
      progress: report.progress ?? job.progress,
      log: report.log ?? job.log,
    },
    leave,
  );
}

/** The lease holder has a result. */
export function succeed(job: Job, token: string, result: Stored, now: number): Transition {
  if (!holds(job, token)) return refuse("lease-lost", leave);
  return end(job, { state: "succeeded", result, progress: 1, error: undefined }, { kind: "delete" }, now);
}

/** The attempt failed. The job waits for its next attempt, or ends when this was the last. */
export function fail(
  job: Job,
  token: string,
  error: JobError & { isFinal: boolean },
  retry: Backoff & { random: number },
  now: number,
): Transition {
  if (!holds(job, token)) return refuse("lease-lost", leave);
  if (job.cancelRequestedAt !== undefined) return cancelled(job, now);
  const reason: JobError = { code: error.code, message: error.message };
  if (error.isFinal || job.attempts >= job.maxAttempts) return failed(job, reason, now);

  const wait = backoffMilliseconds(job.attempts, retry);
  return requeue(job, { error: reason }, now + wait, { kind: "defer", milliseconds: wait });
}

/** The process of the attempt's handler died from outside. The job waits for its next attempt, or ends when none is left. */
export function interrupt(
  job: Job,
  token: string,
  error: JobError,
  retry: Backoff & { random: number },
  now: number,
): Transition {
  if (!holds(job, token)) return refuse("lease-lost", leave);
  if (job.cancelRequestedAt !== undefined) return cancelled(job, now);
  if (!mayStartAgain(job)) return failed(job, error, now);
  const wait = backoffMilliseconds(job.attempts, retry);
  return requeue(job, interruption(job, error), now + wait, { kind: "defer", milliseconds: wait });
}

/** Wait after a failed attempt: doubles with each attempt, up to a minute or the first wait, if that is more. */
export function retryBackoff({ retryDelaySeconds = 1 }: Pick<Job, "retryDelaySeconds">): Backoff {
  const baseMilliseconds = retryDelaySeconds * 1_000;
  return { baseMilliseconds, capMilliseconds: Math.max(60_000, baseMilliseconds) };
}

/** The lease holder is about to stop and returns the job unfinished. No attempt is used up. */
export function handBack(job: Job, token: string, now: number): Transition {
  if (!holds(job, token)) return refuse("lease-lost", leave);
  if (job.cancelRequestedAt !== undefined) return cancelled(job, now);
  return requeue(job, { attempts: job.attempts - 1 }, now, { kind: "defer", milliseconds: 0 });
}

/** The owner cancels the job. A queued job ends here; the lease holder of a running one is asked to stop. */
export function cancel(job: Job, now: number): Transition {
  if (isFinished(job.state)) return refuse("finished", leave);
  if (job.state === "queued") return end(job, { state: "cancelled" }, leave, now);
  if (job.cancelRequestedAt !== undefined) return refuse("alive", leave);
  return write(job, { cancelRequestedAt: now }, leave);
}

/**
 * The owner retries a failed or cancelled job by hand: it is queued again, and its attempts are counted from zero. What it ended with stays in
 * `earlierRuns`.
 * @param position the job's new position in its group
 */
export function retry(job: Job, now: number, position?: Position): Transition<SweepDisposition> {
  const { state, attempts, finishedAt = job.stateSince, error } = job;
  if (state === "succeeded") return refuse("finished", leave);
  if (state !== "failed" && state !== "cancelled") return refuse("alive", leave);
  const ended = { state, attempts, finishedAt, ...(error && { error }) };
  const changes = {
    attempts: 0,
    interruptions: undefined,
    finishedAt: undefined,
    cancelRequestedAt: undefined,
    ...(position && { position }),
    earlierRuns: [...(job.earlierRuns ?? []), ended].slice(-limits.earlierRuns),
  };
  return requeue<SweepDisposition>(job, changes, now, { kind: "send" });
}

/** The job's message or worker seems lost: the job gets a new message, or ends when no attempt is left. */
export function sweep(
  job: Job,
  staleAfter: { queuedMilliseconds: number; graceMilliseconds: number },
  now: number,
): Transition<SweepDisposition> {
  if (isFinished(job.state)) return refuse("finished", leave);
  if (job.state === "queued") {
    if (job.stateSince + staleAfter.queuedMilliseconds > now) return refuse("alive", leave);
    return requeue<SweepDisposition>(job, {}, now, { kind: "send" });
  }
  if ((job.lease?.until ?? 0) + staleAfter.graceMilliseconds > now) return refuse("alive", leave);
  if (job.cancelRequestedAt !== undefined) return end(job, { state: "cancelled" }, leave, now);
  if (!mayStartAgain(job)) return end(job, { state: "failed", error: leaseExpired(job) }, leave, now);
  return requeue(job, interruption(job, leaseExpired(job)), now, { kind: "send" });
}

/** After an interruption. */
function mayStartAgain(job: Job): boolean {
  return isUncounted(job) || job.attempts < job.maxAttempts;
}

function interruption(job: Job, error: JobError): Pick<Job, "attempts" | "interruptions" | "error"> {
  const attempts = isUncounted(job) ? job.attempts - 1 : job.attempts;
  return { attempts, interruptions: (job.interruptions ?? 0) + 1, error };
}

/** Whether the next interruption uses up no attempt. */
function isUncounted({ interruptions = 0, maxAttempts }: Job): boolean {
  return interruptions < maxAttempts - 1;
}

function holds(job: Job, token: string): boolean {
  return job.state === "running" && job.lease?.token === token;
}

function leaseExpired(job: Job): JobError {
  return {
    code: "lease-expired",
    message: `Attempt ${job.attempts} of ${job.maxAttempts} sent no heartbeat until its lease expired; its worker died or was cut off.`,
  };
}

function failed(job: Job, error: JobError, now: number): Transition {
  return end(job, { state: "failed", error }, { kind: "dead-letter", reason: `${error.code}: ${error.message}` }, now);
}

function cancelled(job: Job, now: number): Transition {
  return end(job, { state: "cancelled" }, { kind: "delete" }, now);
}

function end<Settlement>(
  job: Job,
  changes: Partial<Job>,
  disposition: Settlement,
  now: number,
): Transition<Settlement> {
  return write(job, { ...changes, stateSince: now, finishedAt: now, lease: undefined }, disposition);
}

function requeue<Settlement>(
  job: Job,
  changes: Partial<Job>,
  dueAt: number,
  disposition: Settlement,
): Transition<Settlement> {
  return write(
    job,
    { ...changes, state: "queued", stateSince: dueAt, lease: undefined, progress: undefined, unsent: undefined },
    disposition,
  );
}

/** Every write raises the version, by which the store refuses a second writer. */
function write<Settlement>(job: Job, changes: Partial<Job>, disposition: Settlement): Transition<Settlement> {
  return { accepted: true, job: { ...job, ...changes, version: job.version + 1 }, disposition };
}

function refuse<Settlement>(reason: Refusal, disposition: Settlement): Transition<Settlement> {
  return { accepted: false, reason, disposition };
}
