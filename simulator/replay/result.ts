import { type Percentiles, summarize } from "../../report/percentile.ts";
import type { Bill } from "./capacity/capacity.ts";
import { countReversals, type DesiredLog } from "./desired-log.ts";
import type { Layer } from "./replay.ts";
import type { Scenario } from "./scenario.ts";
import type { Workers } from "./workers.ts";

/** How a policy did on a list: the numbers that judge it, all of a simulation. */
export interface ReplayResult {
  list: string;
  policy: string;
  layer: Layer;
  seed: number;
  jobs: number;
  /** Jobs that started within the wait target. */
  sloPercent: number;
  taskHours: number;
  instanceHours: number;
  /** Task-hours over the least anyone could spend. */
  taskRatio: number;
  /** Instance-hours over a plan that knew all beforehand; undefined where there is none. */
  instanceRatio: number | undefined;
  reversalsPerHour: number;
  waitSeconds: Percentiles | undefined;
  tasksStarted: number;
  instancesLaunched: number;
  unfinishedJobs: number;
}

export interface Played {
  scenario: Scenario;
  policy: string;
  layer: Layer;
  seed: number;
  workers: Workers;
  bill: Bill;
  log: DesiredLog;
  endMilliseconds: number;
}

/** Makes a replay's numbers out of what it left behind. */
export function judgeReplay({
  scenario,
  policy,
  layer,
  seed,
  workers,
  bill,
  log,
  endMilliseconds,
}: Played): ReplayResult {
  const { bounds, jobs, waitTargetSeconds } = scenario;
  const waits = waitsOf(jobs.arrivalSeconds, workers.startedAt);
  const inTime = waits.reduce((count, wait) => (wait <= waitTargetSeconds ? count + 1 : count), 0);
  const lowest = bounds.lowestTaskHours ?? bounds.workHours;
  return {
    list: scenario.name,
    policy,
    layer,
    seed,
    jobs: waits.length,
    sloPercent: waits.length === 0 ? 100 : (inTime / waits.length) * 100,
    taskHours: bill.taskHours,
    instanceHours: bill.instanceHours,
    taskRatio: bill.taskHours / lowest,
    instanceRatio: bounds.clairvoyantInstanceHours && bill.instanceHours / bounds.clairvoyantInstanceHours,
    reversalsPerHour: countReversals(scenario.initialTasks, log.changes) / (endMilliseconds / 3_600_000),
    waitSeconds: summarize(waits.filter(Number.isFinite)),
    tasksStarted: bill.tasksStarted,
    instancesLaunched: bill.instancesLaunched,
    unfinishedJobs: workers.jobCount - workers.finishedCount,
  };
}

/** Infinity for a job that never started. */
function waitsOf(arrivalSeconds: Float64Array, startedAt: Float64Array): Float64Array {
  return arrivalSeconds.map((arrival, job) => {
    const started = startedAt[job] ?? Number.NaN;
    // Milliseconds and back cost a rounding error that must not make a job late.
    return Number.isNaN(started)
      ? Number.POSITIVE_INFINITY
      : Math.max(0, Math.round(started - arrival * 1_000) / 1_000);
  });
}
