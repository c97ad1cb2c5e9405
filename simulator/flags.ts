import * as z from "zod";
import { instanceSettings } from "../contract/compute-rules.ts";
import { limitsOf, type TaskSchedule, taskScheduleSchema } from "../contract/task-schedules.ts";
import { choice, formatHelp, list, number, readChoice, text, toggle, value } from "../report/flag-kinds.ts";
import { type FlagValues, readCommandLine } from "../report/flags.ts";
import { asError } from "../runtime/errors.ts";
import { type ShapeName, shapeNames } from "../workload/rate.ts";
import { parseServiceTimes, type ServiceTimes } from "../workload/service-times.ts";
import type { ComputeSettings } from "./computes/compare-computes.ts";
import { parameters } from "./computes/parameters.ts";
import { policies } from "./policies/catalogue.ts";
import { disturbances } from "./replay/disturb/disturb.ts";
import type { Layer } from "./replay/scenario.ts";

const policyNames = Object.keys(policies);
const disturbanceNames = Object.keys(disturbances);
const most = Number.POSITIVE_INFINITY;
const monday = Date.parse("2026-01-05T00:00:00Z");
const counts = { least: 1, most, isWhole: true };
const countsOrNone = { least: 0, most, isWhole: true };

const flags = {
  shape: choice("NAME", "jobs of a shape", shapeNames, undefined),
  jobs: text("FILE", "jobs of a list: arrival_seconds,service_seconds in a .csv or .csv.gz", undefined),
  lists: text("FOLDER", "all lists of the folder's index.json, or some of them", undefined),
  list: list("NAME", "one list of the folder", (given) => given),
  rate: number("R", "a shape's jobs a second", { least: 0.000_001, most }, 1),
  minutes: number("N", "a shape's length", { least: 0.1, most }, 60),
  service: value(
    "S",
    'a shape\'s service times in seconds (default "exponential:5")',
    readService,
    parseServiceTimes("exponential:5"),
  ),
  policy: list("NAME", `all (default), or one of ${policyNames.join(", ")}`, readPolicy, ["all"]),
  layer: choice<Layer, Layer>(
    "NAME",
    "how scaling takes effect: by the model of AWS, or at once",
    ["aws", "ideal"],
    "aws",
  ),
  disturb: list("NAME", "one of the disturbances above", (given) => readChoice(given, disturbanceNames)),
  backstop: toggle("adds to each policy the backstop, a step policy that acts while the controller is dead"),
  wait: number("S", "wait target in seconds", { least: 0.001, most }, 60),
  slots: number("N", "jobs in a task at once", counts, 2),
  "tasks-per-instance": number("N", "tasks on an instance", counts, 4),
  min: number("N", "fewest tasks", countsOrNone, 1),
  max: number("N", "most tasks", counts, 200),
  initial: number("N", "tasks at the beginning", countsOrNone, 1),
  "task-schedules": value(
    "JSON",
    "limits of the tasks by time, as the configuration key taskSchedules has them",
    readSchedules,
    [],
  ),
  begin: value(
    "TIME",
    "(--task-schedules) when the list begins (default a Monday, 2026-01-05T00:00:00Z)",
    readTime,
    monday,
  ),
  seeds: number(
    "N",
    "replays of each list or shape, with other boot times and phases, and for a shape other jobs",
    counts,
    1,
  ),
  threads: number("N", "replays at once", counts, 2),
  json: toggle("every replay's numbers as JSON"),
  compute: toggle(
    "compares ec2, fargate and lambda by cost and waiting times, instead of policies; tasks per instance then follow from the four flags below",
  ),
  "instance-type": text(
    "TYPE",
    `(--compute) instance type of ec2 (default ${instanceSettings.instanceType})`,
    instanceSettings.instanceType,
  ),
  architecture: choice<"arm64" | "amd64", "arm64">("NAME", "(--compute) CPUs", ["arm64", "amd64"], "arm64"),
  "task-cpu": number("N", "(--compute) CPU units of a task; 1,024 are one vCPU", counts, 512),
  "task-memory": number("N", "(--compute) MiB of a task; its slots share them", counts, 1_024),
  "lambda-concurrency": number(
    "N",
    "(--compute) concurrent invocations that the account's quota allows",
    counts,
    parameters.lambdaConcurrencyMaximum.value as number,
  ),
};

export const usage = formatHelp(
  `Replays jobs under scaling policies on a virtual clock, and reports cost and waiting times.

  npm run simulate -- --shape NAME | --jobs FILE | --lists FOLDER

Disturbances:
${Object.entries(disturbances)
  .map(([name, { text }]) => `  ${name.padEnd(14)} ${text}`)
  .join("\n")}`,
  flags,
);

export interface Flags {
  isHelp: boolean;
  isJson: boolean;
  source: Source;
  policies: string[];
  layer: Layer;
  disturbances: string[];
  hasBackstop: boolean;
  seeds: number;
  threads: number;
  machines: Machines;
  /** Compares computes instead of policies. */
  computes: ComputeSettings | undefined;
}

export type Source =
  | { kind: "jobs"; file: string }
  | { kind: "lists"; folder: string; only: string[] | undefined }
  | { kind: "shape"; shape: ShapeName; meanRate: number; durationSeconds: number; service: ServiceTimes };

export interface Machines {
  waitTargetSeconds: number;
  slotsPerTask: number;
  tasksPerInstance: number;
  minTasks: number;
  maxTasks: number;
  initialTasks: number;
  taskSchedules: readonly TaskSchedule[];
  beginMilliseconds: number;
}

/**
 * Reads the command line.
 * @throws AppError `flags` with everything that is wrong with it
 */
export function readFlags(args: string[]): Flags {
  return readCommandLine({ command: "npm run simulate --", flags, args }, ({ values, refuse }) => {
    const { min, max, initial } = values;
    if (min > max) refuse(`--min expects at most --max, ${max}; came ${min}`);
    if (initial > max) refuse(`--initial expects at most --max, ${max}; came ${initial}`);
    for (const schedule of values["task-schedules"]) {
      const limits = limitsOf(schedule, { minTasks: min, maxTasks: max });
      if (limits.minTasks > limits.maxTasks || limits.minTasks < min || limits.maxTasks > max) {
        refuse(`--task-schedules expects limits within --min and --max; came ${JSON.stringify(schedule)}`);
      }
    }
    if (values.compute) refuseWithCompute(values, refuse);
    return {
      isJson: values.json,
      source: readSource(values, refuse),
      policies: values.policy.includes("all") ? policyNames : [...new Set(values.policy)],
      layer: values.layer,
      disturbances: [...new Set(values.disturb)],
      hasBackstop: values.backstop,
      seeds: values.seeds,
      threads: values.threads,
      machines: {
        waitTargetSeconds: values.wait,
        slotsPerTask: values.slots,
        tasksPerInstance: values["tasks-per-instance"],
        minTasks: min,
        maxTasks: max,
        initialTasks: initial,
        taskSchedules: values["task-schedules"],
        beginMilliseconds: values.begin,
      },
      computes: values.compute
        ? {
            instanceType: values["instance-type"],
            architecture: values.architecture,
            taskCpu: values["task-cpu"],
            taskMemoryMegabytes: values["task-memory"],
            lambdaConcurrency: values["lambda-concurrency"],
            seeds: values.seeds,
          }
        : undefined,
    };
  });
}

/** The comparison of computes has one policy, Sluice's own, and no disturbances. */
function refuseWithCompute(values: FlagValues<typeof flags>, refuse: (problem: string) => void): void {
  const { policy, disturb, layer, backstop } = values;
  if (!policy.includes("all")) refuse("--policy cannot be combined with --compute");
  if (disturb.length > 0) refuse("--disturb cannot be combined with --compute");
  if (layer !== "aws") refuse("--layer ideal cannot be combined with --compute");
  if (backstop) refuse("--backstop cannot be combined with --compute");
}

function readSource(values: FlagValues<typeof flags>, refuse: (problem: string) => void): Source {
  const { jobs, lists, shape, list: only } = values;
  if ([jobs, lists, shape].filter((source) => source !== undefined).length !== 1) {
    refuse("expected one of --shape, --jobs and --lists");
  }
  if (only.length > 0 && lists === undefined) refuse("--list expects --lists beside it");
  if (jobs !== undefined) return { kind: "jobs", file: jobs };
  if (lists !== undefined) return { kind: "lists", folder: lists, only: only.length > 0 ? [...only] : undefined };
  return {
    kind: "shape",
    shape: shape ?? "steady",
    meanRate: values.rate,
    durationSeconds: values.minutes * 60,
    service: values.service,
  };
}

function readPolicy(given: string): string {
  return readChoice(given, ["all", ...policyNames]);
}

function readSchedules(given: string): readonly TaskSchedule[] {
  try {
    return z.array(taskScheduleSchema).parse(JSON.parse(given));
  } catch (error) {
    throw new Error(`is not usable: ${error instanceof z.ZodError ? z.prettifyError(error) : asError(error).message}`);
  }
}

function readTime(given: string): number {
  const time = Date.parse(given);
  if (Number.isNaN(time)) throw new Error(`expected a time such as 2026-01-05T00:00:00Z; came "${given}"`);
  return time;
}

function readService(given: string): ServiceTimes {
  try {
    return parseServiceTimes(given);
  } catch (error) {
    throw new Error(`is not usable: ${asError(error).message}`);
  }
}
