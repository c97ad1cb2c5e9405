import { fargateSize } from "../contract/compute.ts";
import { instanceSettings } from "../contract/compute-rules.ts";
import { isArm, tasksPerInstance } from "../contract/instance-types.ts";
import { memoryBudget } from "../contract/memory-budget.ts";
import { monthHours } from "../deploy/cost-table.ts";
import { instanceHours } from "../deploy/prices.ts";
import type { ComputeAdvice } from "./advise-compute.ts";
import { type ComputeLeaf, computeLeaves } from "./compute-tree.ts";
import type { Answers } from "./tree.ts";

/** Lines for `Pulumi.<stack>.yaml`, and sentences that belong to them. No lines: Sluice does not deploy the choice. */
export interface ConfigAdvice {
  lines: readonly string[];
  notes: readonly string[];
}

/** Uses only keys that exist; those that the answers do not determine keep their defaults. */
export function configAdvice({ leaf: name, compute }: ComputeAdvice, answers: Answers): ConfigAdvice {
  const leaf: ComputeLeaf = computeLeaves[name];
  const reason = leaf.notSluice ?? (answers.work === "job" ? undefined : notSluiceByWork);
  if (reason !== undefined) return { lines: [], notes: [reason] };
  const notes: string[] = [];
  const keys = keysFor(name, answers, compute);
  if ("problem" in keys) return { lines: [], notes: [...notes, keys.problem] };
  if (keys.exactConcurrency !== undefined) notes.push(duringRollouts(keys.exactConcurrency));
  if (isAbove(keys.values.waitTargetSeconds, answers["start-seconds"])) notes.push(longWait);
  if (keys.values.spotPercent !== undefined) notes.push(spot);
  const lines = Object.entries(keys.values).map(([key, value]) => `  sluice:${key}: ${value}`);
  return { lines: lines.length === 0 ? [] : ["config:", ...lines], notes };
}

const notSluiceByWork = "Sluice runs jobs that are submitted to its API and whose result comes later.";
const longWait =
  "waitTargetSeconds is longer than --start-seconds: jobs of this length leave no slot free that soon, unless more tasks run than the controller plans for.";
const spot =
  "AWS may end a Spot instance with two minutes' notice; its jobs then run again. Savings Plans and reserved instances are bought in the account, not configured here.";
const duringRollouts = (jobs: number) =>
  `${jobs} is tasks times slots. During a rollout new tasks start beside busy old ones, so more jobs may run for a while. sluice:concurrency limits a job type to up to 200 jobs exactly, during a rollout too.`;

const isAbove = (value: unknown, wanted: unknown) =>
  typeof value === "number" && typeof wanted === "number" && value > wanted;

type Values = Record<string, number | string | boolean>;

function keysFor(
  name: ComputeAdvice["leaf"],
  answers: Answers,
  compute: ComputeAdvice["compute"],
): { values: Values; exactConcurrency?: number } | { problem: string } {
  const isOnFargate = compute === "fargate";
  const values: Values = isOnFargate ? { compute } : {};
  const seconds = answers["typical-seconds"];
  const minutes = answers["longest-minutes"];
  const exact = answers["exact-concurrency"];
  if (typeof seconds === "number")
    values.expectedJobMilliseconds = Math.min(39_600_000, Math.max(1, Math.round(seconds * 1_000)));
  if (typeof minutes === "number") {
    if (minutes > 660)
      return { problem: `A job of Sluice may run for 11 hours; the longest here runs for ${minutes} minutes.` };
    // Twice the longest run that is known, within the limit of 11 hours.
    values.jobTimeoutSeconds = Math.min(39_600, Math.max(60, Math.ceil(minutes * 120)));
  }
  const isExact = typeof exact === "number" && exact > 0;
  const slots = isExact && exact % 2 === 1 ? 1 : 2;
  const maxTasks = isExact ? exact / slots : Math.max(defaults.maxTasks, tasksForLoad(answers, slots));
  if (maxTasks > 1_000) return { problem: `Sluice runs 1,000 tasks at most; this load needs ${maxTasks}.` };
  if (isExact) values.slots = slots;
  if (maxTasks !== defaults.maxTasks || isExact) values.maxTasks = maxTasks;
  const gigabytes = answers["memory-gigabytes"];
  const size = isOnFargate ? fargateSizeFor(gigabytes, slots) : sizeFor(gigabytes, { slots, maxTasks });
  if (size === undefined) {
    const machine = isOnFargate ? "size of Fargate that Sluice uses" : "instance type of the price table";
    return { problem: `No ${machine} holds a task with ${gigabytes} GB for a job.` };
  }
  Object.assign(values, size);
  if (name === "shared-files") values.sharedFiles = true;
  if (name === "resident") values.minTasks = 1;
  else if (answers.load === "uneven") values.minTasks = 0;
  const waitSeconds = waitTarget(answers["start-seconds"], values, slots);
  if (waitSeconds !== undefined) values.waitTargetSeconds = waitSeconds;
  if (name === "steady-cheapest" && !isOnFargate) values.spotPercent = 50;
  return { values, ...(isExact && { exactConcurrency: exact }) };
}

/** Defaults of Pulumi.yaml; a test compares them. */
export const defaults = { maxTasks: 10, waitTargetSeconds: 60, expectedJobMilliseconds: 5_000 };
export const defaultTask = { taskCpu: 512, taskMemoryMegabytes: 1_024 };
const mostInstances = 500;
const mostTaskMegabytes = 65_536;

/** Twice the tasks that are busy on average, so that a backlog can be processed. */
function tasksForLoad(answers: Answers, slots: number): number {
  const jobs = answers["jobs-per-month"];
  const seconds = answers["typical-seconds"];
  if (typeof jobs !== "number" || typeof seconds !== "number") return 0;
  return Math.ceil((2 * jobs * seconds) / (monthHours * 3_600) / slots);
}

/** The given seconds, but not less than the configuration allows for jobs of this length. Undefined: the default. */
function waitTarget(given: Answers[string], { expectedJobMilliseconds }: Values, slots: number): number | undefined {
  const wanted = typeof given === "number" && given >= 1 ? Math.round(given) : defaults.waitTargetSeconds;
  const least = Math.ceil(Number(expectedJobMilliseconds ?? defaults.expectedJobMilliseconds) / 1_000 / slots);
  const seconds = Math.max(wanted, least);
  return seconds === defaults.waitTargetSeconds ? undefined : seconds;
}

/** The smallest Fargate size, from the default task upward, that gives each job its memory. Defaults are left out. */
function fargateSizeFor(gigabytes: Answers[string], slots: number): Values | undefined {
  const needed = typeof gigabytes === "number" ? gigabytes * 1_024 : 0;
  const size = steps
    .filter((memory) => memoryBudget({ taskMemoryMegabytes: memory, slots }).residentMegabytes >= needed)
    .map((memoryMegabytes) => fargateSize({ cpuUnits: defaultTask.taskCpu, memoryMegabytes }))
    .find((found) => found !== undefined && found.memoryMegabytes <= mostTaskMegabytes);
  if (size === undefined) return undefined;
  const { cpuUnits: taskCpu, memoryMegabytes: taskMemoryMegabytes } = size;
  return {
    ...(taskCpu !== defaultTask.taskCpu && { taskCpu }),
    ...(taskMemoryMegabytes !== defaultTask.taskMemoryMegabytes && { taskMemoryMegabytes }),
  };
}

/** The task and the cheapest instance type, from the default one upward, that give each job its memory. */
function sizeFor(
  gigabytes: Answers[string],
  { slots, maxTasks }: { slots: number; maxTasks: number },
): Values | undefined {
  const needed = typeof gigabytes === "number" ? gigabytes * 1_024 : 0;
  const taskMemoryMegabytes = steps.find(
    (memory) => memoryBudget({ taskMemoryMegabytes: memory, slots }).residentMegabytes >= needed,
  );
  if (taskMemoryMegabytes === undefined) return undefined;
  const { taskCpu } = defaultTask;
  const types = Object.entries(instanceHours)
    .filter(([type, { usd }]) => isArm(type) && usd >= leastInstanceUsd)
    .toSorted(([, one], [, other]) => one.usd - other.usd)
    .map(([instanceType]) => ({
      instanceType,
      tasks: tasksPerInstance({ instanceType, taskCpu, taskMemoryMegabytes }) ?? 0,
    }));
  const fitting = types.find(({ tasks }) => maxTasks <= tasks * mostInstances);
  if (fitting === undefined) return undefined;
  const { instanceType, tasks } = fitting;
  return { taskMemoryMegabytes, instanceType, maxInstances: Math.ceil(maxTasks / tasks) };
}

/** Of the default instance type. */
const leastInstanceUsd = instanceHours[instanceSettings.instanceType]?.usd ?? 0;

/** From the default of `taskMemoryMegabytes` to its highest value. */
const steps = Array.from({ length: 253 }, (_, index) => 1_024 + index * 256);
