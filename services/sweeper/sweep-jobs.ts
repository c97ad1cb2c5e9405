import type { JobState } from "../../contract/job.ts";
import { atMostAtOnce } from "../../runtime/at-most-at-once.ts";
import type { Clock } from "../../runtime/clock.ts";
import { AppError, asError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import type { QueueCounts } from "../../runtime/queue-counts.ts";
import { traceField } from "../../runtime/tracing/tracer.ts";
import { changeJob } from "../jobs/change-job.ts";
import type { JobKey } from "../jobs/job.ts";
import { sweep } from "../jobs/machine.ts";
import type { JobQueue, JobStore } from "../jobs/ports.ts";

export interface SweepDeps {
  store: JobStore;
  countMessages(): Promise<QueueCounts>;
  sendMessage: JobQueue["send"];
  clock: Clock;
  log: Log;
  /** In [0, 1). */
  random(): number;
}

export interface SweepLimits {
  /** How long a queued job may be due while no message is visible, before it gets a new one. */
  sweepAfterMilliseconds: number;
  /** How long a lease may have expired before its job is requeued. By then its message should be visible again. */
  graceMilliseconds: number;
}

type Outcome = "unchanged" | "requeued" | "failed" | "cancelled" | "error";

/**
 * Requeues jobs that have lost their message or their worker, or ends them when no attempt is left.
 * @throws AppError `sweep` when some jobs could not be swept; all others were.
 */
export async function sweepJobs(deps: SweepDeps, limits: SweepLimits): Promise<Record<Outcome, number>> {
  const { visible } = await deps.countMessages();
  // While messages are visible, an old queued job is most likely part of the backlog, and a second message would only
  // double it.
  const queuedMilliseconds = visible === 0 ? limits.sweepAfterMilliseconds : backlogPatienceMilliseconds;
  const patience = { queuedMilliseconds, graceMilliseconds: limits.graceMilliseconds };
  const now = deps.clock.now();
  const queued = await listSome(deps, "queued", now - queuedMilliseconds);
  const running = await listSome(deps, "running", now - limits.graceMilliseconds);

  const tally: Record<Outcome, number> = { unchanged: 0, requeued: 0, failed: 0, cancelled: 0, error: 0 };
  await atMostAtOnce(20, [...queued, ...running], async (key) => {
    tally[await sweepJob(deps, key, patience)] += 1;
  });
  deps.log.info(
    { visibleMessages: visible, staleQueued: queued.length, staleRunning: running.length, ...tally },
    "sweep finished",
  );
  if (tally.error > 0) throw new AppError("sweep", `${tally.error} jobs could not be swept; the log names them.`);
  return tally;
}

const backlogPatienceMilliseconds = 6 * 3600 * 1000;
const mostLookedAt = 1_000;
const mostListed = 10_000;

/** Starts at a random place of the list, so that many healthy long-running jobs cannot hide a dead one forever. */
async function listSome(deps: SweepDeps, state: JobState, sinceMilliseconds: number): Promise<JobKey[]> {
  const keys = await deps.store.listStale(state, sinceMilliseconds, mostListed);
  if (keys.length <= mostLookedAt) return keys;
  deps.log.warn(
    { state, listed: keys.length, lookedAt: mostLookedAt },
    "found more stale jobs than one sweep checks; checking some from a random place",
  );
  const start = Math.floor(deps.random() * keys.length);
  return [...keys.slice(start), ...keys.slice(0, start)].slice(0, mostLookedAt);
}

/** Writes the record, then sends the message: after a crash in between, a later sweep finds the job again. */
async function sweepJob(deps: SweepDeps, key: JobKey, patience: Parameters<typeof sweep>[1]): Promise<Outcome> {
  try {
    const transition = await changeJob(deps.store, key, (job) => sweep(job, patience, deps.clock.now()));
    if (!transition?.accepted) return "unchanged";
    const { job, disposition } = transition;
    if (disposition.kind === "send") await deps.sendMessage(job, 0);
    const { state, attempts, error, traceparent } = job;
    deps.log.warn(
      { ...key, ...traceField(traceparent), state, attempts, lastError: error?.code },
      state === "queued" ? "requeued a job that lost its message or worker" : "ended a job that lost its worker",
    );
    return state === "failed" || state === "cancelled" ? state : "requeued";
  } catch (error) {
    deps.log.error({ ...key, err: asError(error) }, "could not sweep the job; the next sweep tries again");
    return "error";
  }
}
