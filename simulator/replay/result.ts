import { type Percentiles, summarize } from "../../report/percentile.ts";
import { backstopName } from "../policies/backstop.ts";
import type { Bill } from "./capacity/meter.ts";
import { countReversals, type DesiredLog } from "./desired-log.ts";
import { findOutage } from "./disturb/outage.ts";
import type { Stretch } from "./disturb/stretch.ts";
import { afterMiddle } from "./disturb/stretch.ts";
import type { Layer, Scenario } from "./scenario.ts";
import type { Workers } from "./workers.ts";

/** The figures of a replay, all of them simulated. */
export interface ReplayResult {
  list: string;
  policy: string;
  layer: Layer;
  seed: number;
  disturbances: readonly string[];
  hasBackstop: boolean;
  jobs: number;
  /** Jobs that started within the wait target. */
  sloPercent: number;
  taskHours: number;
  instanceHours: number;
  /** Task-hours over the lower bound. */
  taskRatio: number;
  /** Instance-hours over those of the clairvoyant plan; undefined where there is none. */
  instanceRatio: number | undefined;
  reversalsPerHour: number;
  waitSeconds: Percentiles | undefined;
  tasksStarted: number;
  instancesLaunched: number;
  unfinishedJobs: number;
  /** Late jobs among the arrivals in the 20 minutes of the largest rise; undefined without a rise. */
  lateInRisePercent: number | undefined;
  /** Late jobs among the arrivals in the 20 minutes after the middle of the list. */
  lateAfterMiddlePercent: number;
  /** How often the backstop changed the desired count. */
  backstopMoves: number;
}

export interface Played {
  scenario: Scenario;
  policy: string;
  layer: Layer;
  seed: number;
  disturbances: readonly string[];
  hasBackstop: boolean;
  workers: Workers;
  bill: Bill;
  log: DesiredLog;
  moves: ReadonlyMap<string, number>;
  endMilliseconds: number;
}

/** Computes the figures of a replay. */
export function judgeReplay(played: Played): ReplayResult {
  const { scenario, policy, layer, seed, disturbances, hasBackstop, workers, bill, log, moves, endMilliseconds } =
    played;
  const { bounds, jobs, waitTargetSeconds } = scenario;
  const rise = findOutage(scenario);
  const waits = waitsOf(jobs.arrivalSeconds, workers.startedAt);
  const lowest = bounds.lowestTaskHours ?? bounds.workHours;
  return {
    list: scenario.name,
    policy,
    layer,
    seed,
    disturbances,
    hasBackstop,
    jobs: waits.length,
    sloPercent: 100 - latePercent(waits, waitTargetSeconds),
    taskHours: bill.taskHours,
    instanceHours: bill.instanceHours,
    taskRatio: bill.taskHours / lowest,
    instanceRatio: bounds.clairvoyantInstanceHours && bill.instanceHours / bounds.clairvoyantInstanceHours,
    reversalsPerHour: countReversals(scenario.initialTasks, log.changes) / (endMilliseconds / 3_600_000),
    waitSeconds: summarize(waits.filter(Number.isFinite)),
    tasksStarted: bill.tasksStarted,
    instancesLaunched: bill.instancesLaunched,
    unfinishedJobs: workers.jobCount - workers.finishedCount,
    lateInRisePercent: rise && lateWithin(rise, scenario, waits),
    lateAfterMiddlePercent: lateWithin(afterMiddle(scenario), scenario, waits),
    backstopMoves: moves.get(backstopName) ?? 0,
  };
}

function lateWithin({ fromSeconds, toSeconds }: Stretch, scenario: Scenario, waits: Float64Array): number {
  const { arrivalSeconds } = scenario.jobs;
  const isIn = (_: number, job: number) => {
    const arrival = arrivalSeconds[job] as number;
    return arrival >= fromSeconds && arrival < toSeconds;
  };
  return latePercent(waits.filter(isIn), scenario.waitTargetSeconds);
}

/** 0 without jobs. */
function latePercent(waits: Float64Array, waitTargetSeconds: number): number {
  const late = waits.reduce((count, wait) => (wait <= waitTargetSeconds ? count : count + 1), 0);
  return waits.length === 0 ? 0 : (late / waits.length) * 100;
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
