import { atMostAtOnce } from "../../runtime/at-most-at-once.ts";
import type { Clock } from "../../runtime/clock.ts";
import { AppError, asError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import type { QueueCounts } from "../../runtime/queue-counts.ts";
import { traceField } from "../../runtime/tracing/tracer.ts";
import { changeJob } from "../jobs/change-job.ts";
import type { OwnerJobs } from "../jobs/count-by-owner.ts";
import type { JobKey } from "../jobs/job.ts";
import { sweep } from "../jobs/machine.ts";
import type { JobStore, SendMessage } from "../jobs/ports.ts";
import { planResends } from "./plan-resends.ts";

export interface SweepDeps {
  store: JobStore;
  countMessages(): Promise<QueueCounts>;
  /** Jobs in the state, by owner. */
  countJobs(state: "queued" | "running"): Promise<ReadonlyMap<string, OwnerJobs>>;
  /** Kept between sweeps: when jobs may be compared with their messages again. */
  comparison: { notBefore: number };
  sendMessage: SendMessage;
  clock: Clock;
  log: Log;
  /** In [0, 1). */
  random(): number;
}

export interface SweepLimits {
  /** How long a queued job may be due before its message may be lost. */
  sweepAfterMilliseconds: number;
  /** How long a lease may have expired before its job is requeued. By then its message should be visible again. */
  graceMilliseconds: number;
  /** Time of one sweep. The next one goes on. */
  budgetMilliseconds: number;
}

type Outcome = "unchanged" | "requeued" | "failed" | "cancelled" | "error";
type Tally = Record<Outcome, number>;

/** One sweep: its times in milliseconds since the epoch, and what it has done. */
interface Sweep {
  startedAt: number;
  until: number;
  staleAfter: { queuedMilliseconds: number; graceMilliseconds: number };
  tally: Tally;
}

/**
 * Requeues jobs that have lost their message or their worker, or ends them when no attempt is left.
 * @throws AppError `sweep` when some jobs could not be swept; all others were.
 */
export async function sweepJobs(deps: SweepDeps, limits: SweepLimits): Promise<Tally> {
  const startedAt = deps.clock.now();
  const sweep: Sweep = {
    startedAt,
    until: startedAt + limits.budgetMilliseconds,
    staleAfter: { queuedMilliseconds: limits.sweepAfterMilliseconds, graceMilliseconds: limits.graceMilliseconds },
    tally: { unchanged: 0, requeued: 0, failed: 0, cancelled: 0, error: 0 },
  };
  const messages = await deps.countMessages();
  await Promise.all([sweepQueued(deps, sweep, messages), sweepRunning(deps, sweep)]);
  deps.log.info({ messages, milliseconds: deps.clock.now() - startedAt, ...sweep.tally }, "sweep finished");
  const { error } = sweep.tally;
  if (error > 0) throw new AppError("sweep", `${error} jobs could not be swept; the log names them.`);
  return sweep.tally;
}

/** Sends new messages for queued jobs, the oldest first, for as many as have lost theirs. */
async function sweepQueued(deps: SweepDeps, sweep: Sweep, messages: QueueCounts): Promise<void> {
  const staleSince = sweep.startedAt - sweep.staleAfter.queuedMilliseconds;
  const [stale] = await deps.store.listStale("queued", staleSince, 1);
  if (stale === undefined) return;
  const { lost, probes } = await findLost(deps, sweep, messages);
  await sweepAll(deps, sweep, probes);
  let left = lost - probes.length;
  while (left > 0 && deps.clock.now() < sweep.until) {
    const keys = await deps.store.listStale("queued", staleSince, Math.min(left, chunk));
    const changed = await sweepAll(deps, sweep, keys);
    // The index lags behind the table, and may list the same jobs again.
    if (changed === 0) return;
    left -= changed;
  }
}

async function findLost(deps: SweepDeps, { startedAt, staleAfter }: Sweep, before: QueueCounts) {
  if (totalOf(before) === 0) return { lost: Number.POSITIVE_INFINITY, probes: [] };
  const beganAt = deps.clock.now();
  if (beganAt < deps.comparison.notBefore) return { lost: 0, probes: [] };
  const [queued, running] = await Promise.all([deps.countJobs("queued"), deps.countJobs("running")]);
  // Jobs come and go during the count. The higher number of messages avoids second messages for jobs that have one.
  const messages = Math.max(totalOf(before), totalOf(await deps.countMessages()));
  deps.comparison.notBefore = beganAt + Math.min(10 * (deps.clock.now() - beganAt), longestPause);
  const plan = planResends({ queued, running, messages, now: startedAt }, staleAfter.queuedMilliseconds);
  deps.log.info({ messages, lost: plan.lost, probes: plan.probes.length }, "compared the jobs with their messages");
  return plan;
}

/** Looks at jobs whose lease may have expired. Goes on while it finds many, as after the loss of many workers. */
async function sweepRunning(deps: SweepDeps, sweep: Sweep): Promise<void> {
  const since = sweep.startedAt - sweep.staleAfter.graceMilliseconds;
  const keys = await deps.store.listStale("running", since, mostListed);
  // Starts at a random place, so that many healthy long-running jobs cannot hide a dead one forever.
  const start = keys.length <= chunk ? 0 : Math.floor(deps.random() * keys.length);
  const turned = [...keys.slice(start), ...keys.slice(0, start)];
  for (let next = 0; next < turned.length && deps.clock.now() < sweep.until; next += chunk) {
    const some = turned.slice(next, next + chunk);
    if ((await sweepAll(deps, sweep, some)) < some.length / 10) return;
  }
}

/**
 * A comparison reads every open job, so that it takes at most a tenth of the time where sweeps are frequent, as on the laptop. On AWS
 * there is a sweep a minute, and each may compare.
 */
const longestPause = 50_000;

const mostListed = 10_000;
const chunk = 1_000;

function totalOf({ visible, inFlight, delayed }: QueueCounts): number {
  return visible + inFlight + delayed;
}

/** Returns how many jobs were changed. Leaves the rest when the sweep's time is over. */
async function sweepAll(deps: SweepDeps, sweep: Sweep, keys: readonly JobKey[]): Promise<number> {
  let changed = 0;
  await atMostAtOnce(20, keys, async (key) => {
    if (deps.clock.now() >= sweep.until) return;
    const outcome = await sweepJob(deps, key, sweep.staleAfter);
    sweep.tally[outcome] += 1;
    if (outcome !== "unchanged" && outcome !== "error") changed += 1;
  });
  return changed;
}

/** Writes the record, then sends the message: after a crash in between, a later sweep finds the job again. */
async function sweepJob(deps: SweepDeps, key: JobKey, staleAfter: Sweep["staleAfter"]): Promise<Outcome> {
  try {
    const transition = await changeJob(deps.store, key, (job) => sweep(job, staleAfter, deps.clock.now()));
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
