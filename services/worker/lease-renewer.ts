import { limits } from "../../contract/limits.ts";
import { type Clock, sleep } from "../../runtime/clock.ts";
import { withDeadline } from "../../runtime/deadline.ts";
import { asError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import { changeJob } from "../jobs/change-job.ts";
import type { HandlerReport, Job } from "../jobs/job.ts";
import { heartbeat } from "../jobs/machine.ts";
import type { JobQueue, JobRecords, ReceivedMessage } from "../jobs/ports.ts";

/** Bounds the leases on one job. */
export interface LeaseCover {
  /**
   * The length of a lease that may begin now, at most `milliseconds`: the permit outlives it.
   * @throws AppError `permit-expired` if the permit could not be renewed and covers no lease
   */
  cover(milliseconds: number): number;
  /**
   * Call it when no lease under this permit is valid any more. Without this call, a released permit becomes free only when its longest
   * lease has run out.
   */
  leaseOver(): void;
}

export interface LeaseRenewerDeps {
  store: JobRecords;
  queue: Pick<JobQueue, "extend">;
  clock: Clock;
  log: Log;
  /** Length of a lease, and of a message's visibility timeout. */
  leaseMilliseconds: number;
  typePermit: LeaseCover;
}

/** A job whose attempt has started in this worker. */
export interface ClaimedJob {
  job: Job;
  token: string;
  received: ReceivedMessage;
}

export interface LeaseEvents {
  onCancelRequested(): void;
  /** Another worker may hold the job now: the handler must stop at once, and nothing more may be written. */
  onLost(): void;
}

export interface LeaseRenewer {
  /** Writes the handler's report to the record with each heartbeat from now on. */
  include(report: () => HandlerReport): void;
  /**
   * Waits for a heartbeat in progress and sends no further ones. Resolves to the record as last written; undefined when the
   * lease is lost.
   */
  stop(): Promise<Job | undefined>;
}

/**
 * Renews a job's lease and its message's visibility timeout with heartbeats: one every third of a lease, and at most
 * `limits.heartbeatSeconds` apart.
 */
export function startLeaseRenewer(deps: LeaseRenewerDeps, claimed: ClaimedJob, events: LeaseEvents): LeaseRenewer {
  const stopping = new AbortController();
  let report: () => Partial<HandlerReport> = () => ({});
  const renewing = renewUntil(stopping.signal, deps, claimed, { ...events, report: () => report() });
  return {
    include(included) {
      report = included;
    },
    stop() {
      // Without a reason Node makes an error with a stack.
      stopping.abort("the attempt has ended");
      return renewing;
    },
  };
}

/**
 * Time between two heartbeats. They also write progress and read cancellations; with a long lease, a third of it would be too slow
 * for that.
 */
export function heartbeatMilliseconds(leaseMilliseconds: number): number {
  return Math.min(leaseMilliseconds / 3, limits.heartbeatSeconds * 1_000);
}

async function renewUntil(
  stopped: AbortSignal,
  deps: LeaseRenewerDeps,
  claimed: ClaimedJob,
  events: LeaseEvents & { report(): Partial<HandlerReport> },
): Promise<Job | undefined> {
  const { clock, log, leaseMilliseconds } = deps;
  let job = claimed.job;
  let failures = 0;
  for (;;) {
    const pause =
      failures === 0
        ? heartbeatMilliseconds(leaseMilliseconds)
        : Math.min(leaseMilliseconds / 12, leaseLeft(job, clock));
    await sleep(clock, pause, stopped);
    if (stopped.aborted) return job;
    // Another worker may have the job by now, so stop.
    if (failures > 0 && leaseLeft(job, clock) <= 0)
      return lose(log, events, "no heartbeat succeeded before it expired");
    try {
      const renewed = await sendHeartbeat(deps, { ...claimed, job }, events.report());
      if (renewed === undefined) return lose(log, events, "the job's record no longer holds this lease");
      job = renewed;
      failures = 0;
    } catch (error) {
      failures += 1;
      log.warn(
        { err: asError(error), failures, leaseLeftMilliseconds: leaseLeft(job, clock) },
        "renewing the lease failed; trying again",
      );
      continue;
    }
    if (job.cancelRequestedAt !== undefined) events.onCancelRequested();
    await extendVisibility(deps, claimed.received);
  }
}

/**
 * Returns the record with its longer lease; undefined when the record no longer holds the lease. After a freeze (a paused container,
 * a sleeping laptop) the lease may have expired. The heartbeat is sent anyway: it succeeds if neither another worker nor the sweeper
 * has changed the job since.
 */
async function sendHeartbeat(
  deps: LeaseRenewerDeps,
  { job, token }: ClaimedJob,
  report: Partial<HandlerReport>,
): Promise<Job | undefined> {
  const { store, clock, leaseMilliseconds, typePermit } = deps;
  const left = leaseLeft(job, clock);
  const timeoutMilliseconds = left > 0 ? left : leaseMilliseconds / 3;
  const renew = (current: Job) =>
    heartbeat(current, { token, milliseconds: typePermit.cover(leaseMilliseconds) }, report, clock.now());
  const call = changeJob(store, job, renew, job);
  const change = await withDeadline(clock, timeoutMilliseconds, call);
  return change?.accepted ? change.job : undefined;
}

/** If this fails, another worker may receive the message early. It then finds the job leased and defers the message. */
async function extendVisibility(
  { queue, clock, log, leaseMilliseconds }: LeaseRenewerDeps,
  received: ReceivedMessage,
): Promise<void> {
  try {
    await withDeadline(clock, leaseMilliseconds / 3, queue.extend(received, leaseMilliseconds));
  } catch (error) {
    log.warn(
      { err: asError(error) },
      "could not extend the visibility timeout; another worker may receive the message and will defer it",
    );
  }
}

function leaseLeft(job: Job, clock: Clock): number {
  return (job.lease?.until ?? 0) - clock.now();
}

function lose(log: Log, events: LeaseEvents, reason: string): undefined {
  log.warn({ reason }, "lost the lease; this worker stops its attempt");
  events.onLost();
  return undefined;
}
