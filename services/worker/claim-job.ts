import { isFinished, type JobType } from "../../contract/job.ts";
import { AppError, asError } from "../../runtime/errors.ts";
import { changeJob, type JobChange } from "../jobs/change-job.ts";
import type { Job, JobKey } from "../jobs/job.ts";
import { claim, type Disposition, heartbeat, type LeaseRequest, type Transition } from "../jobs/machine.ts";
import type { JobRecords } from "../jobs/ports.ts";
import { type RetryDeps, retry } from "./retry.ts";

export interface ClaimDeps extends RetryDeps {
  store: JobRecords;
  leaseMilliseconds: number;
  lease: LeaseCover;
}

/** Bounds the leases on one job. */
export interface LeaseCover {
  /** The length of a lease that may begin now, at most `milliseconds`. @throws AppError if none may */
  cover(milliseconds: number): number;
  /** No lease that was covered is valid any more. */
  leaseOver(): void;
}

export type Claim =
  /**
   * The attempt has started. `waitedMilliseconds` counts from the time at which the job became claimable; undefined when that is
   * not known.
   */
  | { kind: "claimed"; job: Job; waitedMilliseconds: number | undefined }
  | { kind: "not-claimed"; disposition: Disposition }
  /** The job's message belongs in another queue. */
  | { kind: "misplaced"; job: Job };

/** Starts an attempt if the job is of one of the types, due and not leased. While the store fails, retries for half a lease. */
export async function claimJob(
  deps: ClaimDeps,
  { owner, jobId }: JobKey,
  token: string,
  types: readonly JobType[],
  draining: AbortSignal,
): Promise<Claim> {
  if (draining.aborted) return { kind: "not-claimed", disposition: { kind: "defer", milliseconds: 0 } };
  const { clock, leaseMilliseconds } = deps;
  const limits = { until: clock.now() + leaseMilliseconds / 2, signal: draining };
  try {
    const change = await retry(deps, "claiming the job", limits, () => claimNow(deps, { owner, jobId }, token, types));
    if (change?.accepted !== true || change.job.state !== "running") deps.lease.leaseOver();
    const { before } = change ?? {};
    if (before && isMisplaced(before, types)) return { kind: "misplaced", job: before };
    return readClaim(deps, change, token);
  } catch (error) {
    return { kind: "not-claimed", disposition: dispositionAfter(asError(error), deps, draining) };
  }
}

/** Most jobs are queued and due: one call claims them. Any other job is read first. */
async function claimNow(
  { store, clock, leaseMilliseconds, lease }: ClaimDeps,
  key: JobKey,
  token: string,
  types: readonly JobType[],
): Promise<JobChange<Disposition> | undefined> {
  const request = () => ({ token, milliseconds: lease.cover(leaseMilliseconds) });
  const now = clock.now();
  const requested = request();
  const before = await store.claimDue(key, requested, now, types);
  if (before) return { ...claim(before, requested, now), before };
  return changeJob(store, key, (job) => {
    // Only the types' own queues limit their leases.
    if (isMisplaced(job, types)) return { accepted: false, reason: "misplaced", disposition: { kind: "leave" } };
    return claimOnce(job, request(), clock.now());
  });
}

function isMisplaced({ type, state }: Job, types: readonly JobType[]): boolean {
  return !types.includes(type) && !isFinished(state);
}

/**
 * The first claim may have been written although its answer was lost. The retry then finds its own token and renews the lease;
 * it starts no second attempt.
 */
function claimOnce(job: Job, lease: LeaseRequest, now: number): Transition {
  return job.lease?.token === lease.token ? heartbeat(job, lease, {}, now) : claim(job, lease, now);
}

function readClaim({ log }: ClaimDeps, change: JobChange<Disposition> | undefined, token: string): Claim {
  if (change === undefined) {
    // A job is written before its message is sent, so a missing job is a defect.
    log.error("there is no record of the message's job; left the message, which SQS will dead-letter");
    return { kind: "not-claimed", disposition: { kind: "leave" } };
  }
  const { disposition } = change;
  if (!change.accepted) {
    log.info({ reason: change.reason }, "skipped the message: its job needs no attempt now");
    return { kind: "not-claimed", disposition };
  }
  const { job, before } = change;
  if (job.state === "running") {
    return { kind: "claimed", job, waitedMilliseconds: waited(job, before, token) };
  }
  log.warn(
    { state: job.state, attempt: job.attempts, code: job.error?.code },
    "the job ended without another attempt: it was cancelled, or its last lease had expired",
  );
  return { kind: "not-claimed", disposition };
}

/** A queued job becomes claimable when it is due, a running one when its lease expires. */
function waited({ startedAt = 0 }: Job, { state, stateSince, lease }: Job, token: string): number | undefined {
  // The first claim's answer was lost, so the record before it is unknown.
  if (lease?.token === token) return undefined;
  const claimableSince = state === "running" ? (lease?.until ?? stateSince) : stateSince;
  return Math.max(0, startedAt - claimableSince);
}

function dispositionAfter(error: Error, { log, leaseMilliseconds }: ClaimDeps, draining: AbortSignal): Disposition {
  log.error({ err: error }, "could not claim the job; another worker or a later receive tries again");
  // No version can read this record. Leave the message: SQS dead-letters it.
  if (error instanceof AppError && error.code === "unreadable-record") return { kind: "leave" };
  // Other errors are temporary. Defer the message, so that it is not dead-lettered.
  return { kind: "defer", milliseconds: draining.aborted ? 0 : leaseMilliseconds };
}
