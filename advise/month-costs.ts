import { fargateSize } from "../contract/compute.ts";
import { isArm, tasksPerInstance } from "../contract/instance-types.ts";
import { fargateHourUsd, instanceHourUsd, lambdaUsd } from "../deploy/compute-cost.ts";
import { monthHours } from "../deploy/cost-table.ts";
import { instanceHours } from "../deploy/prices.ts";
import { limitsMet } from "./compute-limits.ts";
import type { Compute } from "./compute-tree.ts";
import type { Answers } from "./tree.ts";

export interface MonthCost {
  option: string;
  /** Undefined: it cannot run, or its price is unknown. */
  usd: number | undefined;
  /** The use that is paid for, or the reason why there is no figure. */
  basis: string;
}

/** Assumptions of the costs. The replay of a job list (`npm run simulate -- --compute`) needs none of them. */
export const assumedOfMonth = {
  /** Share of the time in which a slot of a running task has a job. */
  busyShare: 0.7,
  /** Lambda gives a vCPU for 1,769 MB; we give as much to a task. */
  cpuPerGigabyte: 0.5,
  /** How long an instance that ran a batch stays: the low alarm of a capacity provider has 15 points of a minute. */
  instanceTailSeconds: 900,
};

export interface MonthLoad {
  jobs: number;
  seconds: number;
  gigabytes: number;
  /** Between two pieces of work nothing runs. */
  isScheduled: boolean;
}

/** The load of a month; undefined while one of its figures is unknown. */
export function monthLoad(answers: Answers): MonthLoad | undefined {
  const jobs = answers["jobs-per-month"];
  const seconds = answers["typical-seconds"];
  const gigabytes = answers["memory-gigabytes"];
  if (typeof jobs !== "number" || typeof seconds !== "number" || typeof gigabytes !== "number") return undefined;
  return { jobs, seconds, gigabytes, isScheduled: answers.work === "schedule" };
}

/** A month's list price of each compute, on arm64. Left out is what costs the same with each: queue, API, table, network. */
export function monthCosts(load: MonthLoad, answers: Answers): MonthCost[] {
  const met = limitsMet(answers);
  const unless = (compute: Compute, option: string, cost: () => Omit<MonthCost, "option">): MonthCost => {
    const limit = met.find((each) => each.compute === compute);
    return { option, ...(limit ? { usd: undefined, basis: `cannot run: ${limit.text}` } : cost()) };
  };
  return [
    unless("lambda", "Lambda", () => onLambda(load)),
    unless("fargate", "ECS on Fargate", () => onFargate(load, false)),
    unless("fargate", "ECS on Fargate Spot", () => onFargate(load, true)),
    unless("ec2", "ECS on EC2", () => onEc2(load)),
  ];
}

const leastFunctionGigabytes = 0.125;

function onLambda({ jobs, seconds, gigabytes }: MonthLoad): Omit<MonthCost, "option"> {
  const gigabyteSeconds = jobs * seconds * Math.max(leastFunctionGigabytes, gigabytes);
  return { usd: lambdaUsd({ requests: jobs, gigabyteSeconds }, "arm64"), basis: `${short(gigabyteSeconds)} GB s` };
}

function onFargate(load: MonthLoad, isSpot: boolean): Omit<MonthCost, "option"> {
  const size = fargateSize(taskOf(load));
  if (size === undefined) return { usd: undefined, basis: "cannot run: larger than any Fargate task" };
  const hours = taskHours({ ...load, seconds: load.isScheduled ? Math.max(60, load.seconds) : load.seconds });
  const sizeText = `${size.cpuUnits / 1_024} vCPU, ${size.memoryMegabytes / 1_024} GB`;
  return {
    usd: hours * fargateHourUsd(size, { architecture: "arm64", isSpot }),
    basis: `${short(hours)} h of ${sizeText}${isSpot ? "; AWS may stop tasks with two minutes' notice" : ""}`,
  };
}

/** The cheapest arm64 instance type of the price table, by the hours that the load needs. */
function onEc2(load: MonthLoad): Omit<MonthCost, "option"> {
  const { cpuUnits: taskCpu, memoryMegabytes: taskMemoryMegabytes } = taskOf(load);
  const options = Object.keys(instanceHours).flatMap((instanceType) => {
    const tasks = tasksPerInstance({ instanceType, taskCpu, taskMemoryMegabytes }) ?? 0;
    const usdPerHour = instanceHourUsd(instanceType);
    if (tasks === 0 || usdPerHour === undefined || !isArm(instanceType)) return [];
    const hours = instanceHoursOf(load, tasks);
    return [{ usd: hours * usdPerHour, basis: `${short(hours)} h of ${instanceType} on demand, with its disk` }];
  });
  const [cheapest] = options.toSorted((one, other) => one.usd - other.usd);
  return cheapest ?? { usd: undefined, basis: "no instance type of the price table is large enough" };
}

function taskOf({ gigabytes }: MonthLoad) {
  return {
    cpuUnits: Math.max(128, Math.ceil(gigabytes * assumedOfMonth.cpuPerGigabyte * 1_024)),
    memoryMegabytes: Math.ceil(gigabytes * 1_024),
  };
}

/** At least one task runs all month. A scheduled task runs only as long as its work. */
function taskHours({ jobs, seconds, isScheduled }: MonthLoad): number {
  const busyHours = (jobs * seconds) / 3_600;
  return isScheduled ? busyHours : Math.max(monthHours, busyHours / assumedOfMonth.busyShare);
}

/** Scheduled work has an instance for each job, which stays for a while; or instances that run all month, if those take fewer hours. */
function instanceHoursOf(load: MonthLoad, tasks: number): number {
  const { jobs, seconds, isScheduled } = load;
  const allMonth = Math.max(monthHours, taskHours({ ...load, isScheduled: false }) / tasks);
  return isScheduled ? Math.min(allMonth, (jobs * (seconds + assumedOfMonth.instanceTailSeconds)) / 3_600) : allMonth;
}

function short(amount: number): string {
  return amount >= 100 ? Math.round(amount).toLocaleString("en-US") : String(Number(amount.toPrecision(3)));
}
