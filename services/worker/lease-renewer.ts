import { limits } from "../../contract/limits.ts";
import { type Clock, sleep } from "../../runtime/clock.ts";
import { asError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import { changeJob } from "../jobs/change-job.ts";
import type { Job, LogLine } from "../jobs/job.ts";
import { heartbeat } from "../jobs/machine.ts";
import type { JobQueue, JobStore, ReceivedMessage } from "../jobs/ports.ts";
import { within } from "./within.ts";

export interface LeaseRenewerDeps {
  store: JobStore;
  queue: Pick<JobQueue, "extend">;
  clock: Clock;
  log: Log;
  /** Length of a lease, and of a message's invisibility. */
  leaseMilliseconds: number;
}

export interface Said {
  /** Share done. */
  progress: number | undefined;
  log: LogLine[] | undefined;
}

/** A job whose attempt has begun here. */
export interface Claimed {
  job: Job;
  token: string;
  received: ReceivedMessage;
}

export interface LeaseEvents {
  /** What the handler has said so far, to be noted in the record. */
  said(): Said;
  cancelRequested(): void;
  /** Another may hold the job now: whatever is done for it must end at once, and nothing more may be written. */
  lost(): void;
}

export interface LeaseRenewer {
  /** Ends the beating. Resolves to the job as last written, or to undefined when it is lost. */
  stop(): Promise<Job | undefined>;
}

/** Keeps the lease and the message's invisibility alive by beats: a third of a lease apart, or a few seconds where that is less. */
export function startLeaseRenewer(deps: LeaseRenewerDeps, claimed: Claimed, events: LeaseEvents): LeaseRenewer {
  const stopping = new AbortController();
  const beating = keepBeating(deps, claimed, events, stopping.signal);
  return {
    stop() {
      stopping.abort();
      return beating;
    },
  };
}

/** The owner sees what the job says, and the worker that it is cancelled, with a beat only; nobody waits a long lease's third for it. */
const longestBetweenBeats = limits.heartbeatSeconds * 1000;

async function keepBeating(
  deps: LeaseRenewerDeps,
  claimed: Claimed,
  events: LeaseEvents,
  stopped: AbortSignal,
): Promise<Job | undefined> {
  const { clock, log, leaseMilliseconds } = deps;
  const third = leaseMilliseconds / 3;
  let job = claimed.job;
  let failures = 0;
  for (;;) {
    await sleep(
      clock,
      failures === 0 ? Math.min(third, longestBetweenBeats) : Math.min(third / 4, untilLeaseEnd(job, clock)),
      stopped,
    );
    if (stopped.aborted) return job;
    // The store was asked while there was time, and gave no answer: nobody can tell whose the job is now.
    if (failures > 0 && untilLeaseEnd(job, clock) <= 0) return lose(log, events, "the lease ran out unanswered");
    try {
      const beaten = await beat(deps, { ...claimed, job }, events.said());
      if (beaten === undefined) return lose(log, events, "the lease is another's");
      job = beaten;
      failures = 0;
    } catch (error) {
      failures += 1;
      log.warn({ err: asError(error), failures }, "heartbeat failed");
      continue;
    }
    if (job.cancelRequestedAt !== undefined) events.cancelRequested();
    await extendVisibility(deps, claimed.received);
  }
}

/**
 * The job with its longer lease; undefined when it is no longer ours. A process that stood still - a frozen container, a
 * laptop asleep - finds its lease in the past: then the table alone knows whether someone else has taken the job.
 */
async function beat(deps: LeaseRenewerDeps, { job, token }: Claimed, said: Said): Promise<Job | undefined> {
  const { store, clock, leaseMilliseconds } = deps;
  const left = untilLeaseEnd(job, clock);
  const patience = left > 0 ? left : leaseMilliseconds / 3;
  const lease = { token, milliseconds: leaseMilliseconds };
  const call = changeJob(store, job, (current) => heartbeat(current, lease, said, clock.now()), job);
  const transition = await within(clock, patience, call);
  return transition?.accepted ? transition.job : undefined;
}

/** A message that is seen too early does no harm: its receiver finds the job leased and defers it. */
async function extendVisibility(
  { queue, clock, log, leaseMilliseconds }: LeaseRenewerDeps,
  received: ReceivedMessage,
): Promise<void> {
  try {
    await within(clock, leaseMilliseconds / 3, queue.extend(received, leaseMilliseconds));
  } catch (error) {
    log.warn({ err: asError(error) }, "message could not be extended");
  }
}

function untilLeaseEnd(job: Job, clock: Clock): number {
  return (job.lease?.until ?? 0) - clock.now();
}

function lose(log: Log, events: LeaseEvents, reason: string): undefined {
  log.warn({ reason }, "lost the job");
  events.lost();
  return undefined;
}
