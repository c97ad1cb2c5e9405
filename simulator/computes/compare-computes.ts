import { fargateSize } from "../../contract/compute.ts";
import { tasksPerInstance } from "../../contract/instance-types.ts";
import { fargateHourUsd, instanceHourUsd, lambdaUsd } from "../../deploy/compute-cost.ts";
import { type Percentiles, summarize } from "../../report/percentile.ts";
import { mean } from "../../runtime/arithmetic.ts";
import { AppError } from "../../runtime/errors.ts";
import { defaults } from "../model/capacity/parameters.ts";
import { findPolicy } from "../policies/catalogue.ts";
import { type Fleet, ModelFleet } from "../replay/capacity/fleet.ts";
import { instantScaling } from "../replay/capacity/ideal-fleet.ts";
import { type ReplayOptions, replay } from "../replay/replay.ts";
import type { ReplayResult } from "../replay/result.ts";
import type { Scenario } from "../replay/scenario.ts";
import type { Workers } from "../replay/workers.ts";
import { parameters } from "./parameters.ts";
import { replayOnLambda } from "./replay-on-lambda.ts";

/** The machines of each compute. A job has a slot's share of a task: on Lambda that is the function's memory. */
export interface ComputeSettings {
  instanceType: string;
  architecture: "arm64" | "amd64";
  taskCpu: number;
  taskMemoryMegabytes: number;
  lambdaConcurrency: number;
  seeds: number;
}

/** The figures of one compute for a job list, all of them simulated. */
export interface ComputeResult {
  compute: "ec2" | "fargate" | "lambda";
  jobs: number;
  /** Jobs that the compute refuses; they count as late. */
  refusedJobs: number;
  inTimePercent: number;
  waitSeconds: Percentiles | undefined;
  /** List prices of the jobs that ran, from the list's start to its end. */
  usd: number;
  hours: number;
}

/** Replays a job list on EC2 instances, on Fargate and on Lambda. Sluice's own controller scales the first two. */
export function compareComputes(scenario: Scenario, settings: ComputeSettings): ComputeResult[] {
  return [onEc2(scenario, settings), onFargate(scenario, settings), onLambda(scenario, settings)];
}

function onEc2(scenario: Scenario, settings: ComputeSettings): ComputeResult {
  const { instanceType } = settings;
  const usdPerHour = instanceHourUsd(instanceType);
  const tasks = tasksPerInstance(settings);
  if (usdPerHour === undefined || tasks === undefined) {
    throw new AppError("instance-type", `expected an instance type of deploy/prices.ts; came ${instanceType}`);
  }
  if (tasks === 0) {
    throw new AppError(
      "instance-type",
      `expected an instance type that holds a task of ${settings.taskCpu} CPU units and ${settings.taskMemoryMegabytes} MiB; came ${instanceType}`,
    );
  }
  const results = replaySeeds({ ...scenario, tasksPerInstance: tasks }, settings, "steering");
  return toResult("ec2", scenario, results, usdPerHour);
}

function onFargate(scenario: Scenario, settings: ComputeSettings): ComputeResult {
  const size = fargateSize({ cpuUnits: settings.taskCpu, memoryMegabytes: settings.taskMemoryMegabytes });
  if (size === undefined) {
    throw new AppError(
      "task-size",
      `expected a task that Fargate can run, up to 16 vCPU and 120 GB; came ${settings.taskCpu} CPU units and ${settings.taskMemoryMegabytes} MiB`,
    );
  }
  const onTasks = {
    ...scenario,
    tasksPerInstance: 1,
    bootSeconds: 0,
    warmStartSeconds: defaults.fargateStartMilliseconds / 1_000,
  };
  const results = replaySeeds(onTasks, settings, "steering-no-instances", createFargateFleet);
  return toResult("fargate", scenario, results, fargateHourUsd(size, settings));
}

/**
 * Tasks on Fargate: each is alone on an instance that is there at once and goes with it. So the bill's instance-hours are those of
 * the tasks, by the second and a minute at least, as AWS bills Fargate. The limit of tasks started in a minute is that of EC2.
 */
function createFargateFleet(scenario: Scenario, _seed: number, workers: Workers): Fleet {
  const settings = {
    ...defaults,
    tasksPerInstance: 1,
    initialTasks: scenario.initialTasks,
    taskStartMilliseconds: scenario.warmStartSeconds * 1_000,
    // A task that does not work exits at once.
    stopTimeoutMilliseconds: 0,
    maxInstances: scenario.maxTasks,
    bootMilliseconds: () => 0,
  };
  return new ModelFleet(settings, instantScaling(1), workers);
}

function replaySeeds(
  scenario: Scenario,
  { seeds }: ComputeSettings,
  policy: string,
  createFleet?: ReplayOptions["createFleet"],
): ReplayResult[] {
  return Array.from({ length: seeds }, (_, index) =>
    replay(scenario, findPolicy(policy), { layer: "aws", seed: index + 1, ...(createFleet && { createFleet }) }),
  );
}

/** The mean over the seeds. Instance-hours include the idle tail after the list, and hours that jobs run beyond it. */
function toResult(
  compute: "ec2" | "fargate",
  scenario: Scenario,
  results: readonly ReplayResult[],
  usdPerHour: number,
): ComputeResult {
  const waits = results.flatMap(({ waitSeconds }) => waitSeconds ?? []);
  const meanWait = (read: (wait: Percentiles) => number) => mean(waits.map(read));
  return {
    compute,
    jobs: scenario.jobs.arrivalSeconds.length,
    refusedJobs: 0,
    inTimePercent: mean(results.map(({ sloPercent }) => sloPercent)),
    waitSeconds:
      waits.length === 0
        ? undefined
        : { p50: meanWait(({ p50 }) => p50), p95: meanWait(({ p95 }) => p95), p99: meanWait(({ p99 }) => p99) },
    usd: mean(results.map(({ instanceHours }) => instanceHours)) * usdPerHour,
    hours: scenario.endSeconds / 3_600,
  };
}

function onLambda(scenario: Scenario, settings: ComputeSettings): ComputeResult {
  const { jobs, waitTargetSeconds, slotsPerTask, endSeconds } = scenario;
  const megabytes = settings.taskMemoryMegabytes / slotsPerTask;
  if (megabytes > parameters.lambdaMemoryMaximum.value) {
    throw new AppError(
      "task-size",
      `expected at most ${parameters.lambdaMemoryMaximum.value} MiB for a job, the memory of a function; came ${megabytes}: a task's ${settings.taskMemoryMegabytes} MiB for ${slotsPerTask} slots`,
    );
  }
  const run = replayOnLambda(jobs, { concurrencyMaximum: settings.lambdaConcurrency });
  const count = jobs.arrivalSeconds.length;
  const inTime = run.waitSeconds.filter((wait) => wait <= waitTargetSeconds).length;
  const use = { requests: run.waitSeconds.length, gigabyteSeconds: run.billedSeconds * (megabytes / 1_024) };
  return {
    compute: "lambda",
    jobs: count,
    refusedJobs: run.refusedJobs,
    inTimePercent: count === 0 ? 100 : (inTime / count) * 100,
    waitSeconds: summarize(run.waitSeconds),
    usd: lambdaUsd(use, settings.architecture),
    hours: endSeconds / 3_600,
  };
}
