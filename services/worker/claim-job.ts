import type { Clock } from "../../runtime/clock.ts";
import { AppError, asError } from "../../runtime/errors.ts";
import { changeJob, type JobChange } from "../jobs/change-job.ts";
import type { Job, JobKey } from "../jobs/job.ts";
import { claim, type Disposition, heartbeat, type LeaseRequest, type Transition } from "../jobs/machine.ts";
import type { JobStore } from "../jobs/ports.ts";
import { type RetryDeps, retry } from "./retry.ts";

export interface ClaimDeps extends RetryDeps {
  store: JobStore;
  leaseMilliseconds: number;
}

export type Claim =
  /**
   * The attempt has started. The wait is from when the job could have been claimed; undefined when that is not known.
   */
  | { kind: "claimed"; job: Job; waitedMilliseconds: number | undefined }
  | { kind: "not-claimed"; disposition: Disposition };

/** Starts an attempt if the job is due and not leased. While the store fails, retries for half a lease. */
export async function claimJob(
  deps: ClaimDeps,
  { owner, jobId }: JobKey,
  token: string,
  draining: AbortSignal,
): Promise<Claim> {
  if (draining.aborted) return { kind: "not-claimed", disposition: { kind: "defer", milliseconds: 0 } };
  const { store, clock, leaseMilliseconds } = deps;
  const lease = { token, milliseconds: leaseMilliseconds };
  const limits = { until: clock.now() + leaseMilliseconds / 2, signal: draining };
  try {
    const change = await retry(deps, "claiming the job", limits, () => claimNow(store, { owner, jobId }, lease, clock));
    return readClaim(deps, change, token);
  } catch (error) {
    return { kind: "not-claimed", disposition: dispositionAfter(asError(error), deps, draining) };
  }
}

/** Most jobs are queued and due: one call claims them. Any other job is read first. */
async function claimNow(
  store: JobStore,
  key: JobKey,
  lease: LeaseRequest,
  clock: Clock,
): Promise<JobChange<Disposition> | undefined> {
  const now = clock.now();
  const before = await store.claimDue(key, lease, now);
  if (before) return { ...claim(before, lease, now), before };
  return changeJob(store, key, (job) => claimOnce(job, lease, clock.now()));
}

/**
 * A retry may find that the claim before it was written and only its answer was lost: then no second attempt starts.
 */
function claimOnce(job: Job, lease: LeaseRequest, now: number): Transition {
  return job.lease?.token === lease.token ? heartbeat(job, lease, {}, now) : claim(job, lease, now);
}

function readClaim({ log }: ClaimDeps, change: JobChange<Disposition> | undefined, token: string): Claim {
  if (change === undefined) {
    // Every job is recorded before its message is sent, so that this is a defect: the redrive policy brings it to the
    // dead-letter queue, where someone looks.
    log.error("the message's job does not exist");
    return { kind: "not-claimed", disposition: { kind: "leave" } };
  }
  const { disposition } = change;
  if (!change.accepted) {
    log.info({ reason: change.reason }, "job not claimed");
    return { kind: "not-claimed", disposition };
  }
  const { job, before } = change;
  if (job.state === "running") {
    return { kind: "claimed", job, waitedMilliseconds: waited(job, before, token) };
  }
  log.warn({ state: job.state, attempt: job.attempts, code: job.error?.code }, "the claim ended the job");
  return { kind: "not-claimed", disposition };
}

/** A queued job could be claimed since it was due, a running one since its lease expired. */
function waited({ startedAt = 0 }: Job, { state, stateSince, lease }: Job, token: string): number | undefined {
  // The first claim's answer was lost, so the record before it is unknown.
  if (lease?.token === token) return undefined;
  const claimableSince = state === "running" ? (lease?.until ?? stateSince) : stateSince;
  return Math.max(0, startedAt - claimableSince);
}

function dispositionAfter(error: Error, { log, leaseMilliseconds }: ClaimDeps, draining: AbortSignal): Disposition {
  log.error({ err: error }, "claiming the job failed");
  // No worker can read this record: the redrive policy brings its message to the dead-letter queue.
  if (error instanceof AppError && error.code === "unreadable-record") return { kind: "leave" };
  // Any other error is temporary (the store recovers, a newer worker reads a newer record) and must not use up the receive
  // count.
  return { kind: "defer", milliseconds: draining.aborted ? 0 : leaseMilliseconds };
}
