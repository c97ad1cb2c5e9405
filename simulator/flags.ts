import { parseArgs } from "node:util";
import { AppError, asError } from "../runtime/errors.ts";
import { type ShapeName, shapeNames } from "../workload/rate.ts";
import { parseServiceTimes, type ServiceTimes } from "../workload/service-times.ts";
import { policies } from "./policies/catalogue.ts";
import { disturbances } from "./replay/disturb/disturb.ts";
import type { Layer } from "./replay/replay.ts";

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
}

/**
 * Reads the command line.
 * @throws AppError `flags` with everything that is wrong with it
 */
export function readFlags(args: string[]): Flags {
  const values = parse(args);
  const problems: string[] = [];
  const number = (name: NumberFlag, least: number, isWhole = true) => {
    const value = values[name].trim() === "" ? Number.NaN : Number(values[name]);
    if (value >= least && value < 1e9 && (!isWhole || Number.isInteger(value))) return value;
    problems.push(`--${name} expects a ${isWhole ? "whole " : ""}number from ${least}; came "${values[name]}"`);
    return least;
  };
  const flags: Flags = {
    isHelp: values.help,
    isJson: values.json,
    source: readSource(values, number, problems),
    policies: values.policy.includes("all") ? allPolicies : known("policy", values.policy, allPolicies, problems),
    layer: known("layer", [values.layer], layers, problems)[0] ?? "aws",
    disturbances: known("disturb", values.disturb, Object.keys(disturbances), problems),
    hasBackstop: values.backstop,
    seeds: number("seeds", 1),
    threads: number("threads", 1),
    machines: {
      waitTargetSeconds: number("wait", 0.001, false),
      slotsPerTask: number("slots", 1),
      tasksPerInstance: number("tasks-per-instance", 1),
      minTasks: number("min", 0),
      maxTasks: number("max", 1),
      initialTasks: number("initial", 0),
    },
  };
  const { minTasks, maxTasks, initialTasks } = flags.machines;
  if (minTasks > maxTasks) problems.push(`--min expects at most --max, ${maxTasks}; came ${minTasks}`);
  if (initialTasks > maxTasks) problems.push(`--initial expects at most --max, ${maxTasks}; came ${initialTasks}`);
  if (problems.length > 0 && !flags.isHelp) throw refuse(problems);
  return flags;
}

const allPolicies = Object.keys(policies);
const layers: readonly Layer[] = ["aws", "ideal"];

const numberDefaults = {
  seeds: "1",
  threads: "2",
  rate: "1",
  minutes: "60",
  wait: "60",
  slots: "2",
  "tasks-per-instance": "4",
  min: "1",
  max: "200",
  initial: "1",
};

type NumberFlag = keyof typeof numberDefaults;
type ReadNumber = (name: NumberFlag, least: number, isWhole?: boolean) => number;
type Values = ReturnType<typeof parse>;

function readSource(values: Values, number: ReadNumber, problems: string[]): Source {
  const { jobs, lists, shape, list } = values;
  if ([jobs, lists, shape].filter((source) => source !== undefined).length !== 1) {
    problems.push("expected one of --shape, --jobs and --lists");
  }
  if (list && lists === undefined) problems.push("--list expects --lists beside it");
  if (jobs !== undefined) return { kind: "jobs", file: jobs };
  if (lists !== undefined) return { kind: "lists", folder: lists, only: list };
  return {
    kind: "shape",
    shape: (shape === undefined ? [] : known("shape", [shape], shapeNames, problems))[0] ?? "steady",
    meanRate: number("rate", 0.000_001, false),
    durationSeconds: number("minutes", 0.1, false) * 60,
    service: readService(values.service, problems),
  };
}

function readService(text: string, problems: string[]): ServiceTimes {
  try {
    return parseServiceTimes(text);
  } catch (error) {
    problems.push(`--service: ${asError(error).message}`);
    return { kind: "constant", meanSeconds: 1 };
  }
}

/** Those of the names that are known. */
function known<Name extends string>(
  flag: string,
  names: readonly string[],
  all: readonly Name[],
  problems: string[],
): Name[] {
  const unknown = names.filter((name) => !all.some((one) => one === name));
  if (unknown.length > 0) problems.push(`--${flag} expects one of ${all.join(", ")}; came "${unknown.join('", "')}"`);
  return [...new Set(names.flatMap((name) => all.filter((one) => one === name)))];
}

function parse(args: string[]) {
  const numbers = Object.fromEntries(
    Object.entries(numberDefaults).map(([name, value]) => [name, { type: "string", default: value }]),
  ) as Record<NumberFlag, { type: "string"; default: string }>;
  try {
    return parseArgs({
      args,
      options: {
        ...numbers,
        shape: { type: "string" },
        jobs: { type: "string" },
        lists: { type: "string" },
        list: { type: "string", multiple: true },
        policy: { type: "string", multiple: true, default: ["all"] },
        layer: { type: "string", default: "aws" },
        service: { type: "string", default: "exponential:5" },
        disturb: { type: "string", multiple: true, default: [] },
        backstop: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw refuse([asError(error).message], error);
  }
}

function refuse(problems: string[], cause?: unknown): AppError {
  const lines = problems.map((problem) => `  - ${problem}`).join("\n");
  const message = `The command line is not usable (npm run simulate -- --help explains it):\n${lines}`;
  return new AppError("flags", message, { cause });
}
