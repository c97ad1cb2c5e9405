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
  /** Age of a queued job without a sign of life while no message waits. */
  sweepAfterMilliseconds: number;
  /** What a lease may be overdue before its job is taken from it; its message should have come back by then. */
  graceMilliseconds: number;
}

type Outcome = "unchanged" | "requeued" | "failed" | "cancelled" | "error";

/**
 * Puts jobs that have lost their message or their worker back on their way, or ends them.
 * @throws AppError `sweep` when some jobs could not be swept; all others were.
 */
export async function sweepJobs(deps: SweepDeps, limits: SweepLimits): Promise<Record<Outcome, number>> {
  const { visible } = await deps.countMessages();
  // While messages wait, an old job is most likely one of a backlog: a message more would only make the backlog longer.
  const queuedMilliseconds = visible === 0 ? limits.sweepAfterMilliseconds : backlogPatienceMilliseconds;
  const patience = { queuedMilliseconds, graceMilliseconds: limits.graceMilliseconds };
  const now = deps.clock.now();
  const queued = await listSome(deps, "queued", now - queuedMilliseconds);
  const running = await listSome(deps, "running", now - limits.graceMilliseconds);

  const tally: Record<Outcome, number> = { unchanged: 0, requeued: 0, failed: 0, cancelled: 0, error: 0 };
  await atMostAtOnce(20, [...queued, ...running], async (key) => {
    tally[await sweepJob(deps, key, patience)] += 1;
  });
  deps.log.info({ visible, queued: queued.length, running: running.length, ...tally }, "swept");
  if (tally.error > 0) throw new AppError("sweep", `${tally.error} jobs could not be swept; the log names them.`);
  return tally;
}

const backlogPatienceMilliseconds = 6 * 3600 * 1000;
const mostLookedAt = 1_000;
const mostListed = 10_000;

/** Begins at any place of the list: however many long runs are in good health, they hide no dead one for ever. */
async function listSome(deps: SweepDeps, state: JobState, sinceMilliseconds: number): Promise<JobKey[]> {
  const keys = await deps.store.listStale(state, sinceMilliseconds, mostListed);
  if (keys.length <= mostLookedAt) return keys;
  deps.log.warn({ state, listed: keys.length, lookedAt: mostLookedAt }, "more stale jobs than one sweep looks at");
  const start = Math.floor(deps.random() * keys.length);
  return [...keys.slice(start), ...keys.slice(0, start)].slice(0, mostLookedAt);
}

/** The record first, then the message: after a crash in between, a later sweep finds the job again. */
async function sweepJob(deps: SweepDeps, key: JobKey, patience: Parameters<typeof sweep>[1]): Promise<Outcome> {
  try {
    const transition = await changeJob(deps.store, key, (job) => sweep(job, patience, deps.clock.now()));
    if (!transition?.accepted) return "unchanged";
    const { job, disposition } = transition;
    if (disposition.kind === "send") await deps.sendMessage(job, 0);
    const { state, attempts, error, traceparent } = job;
    deps.log.warn({ ...key, ...traceField(traceparent), state, attempts, lastError: error?.code }, "swept job");
    return state === "failed" || state === "cancelled" ? state : "requeued";
  } catch (error) {
    deps.log.error({ ...key, err: asError(error) }, "job could not be swept");
    return "error";
  }
}
