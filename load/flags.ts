import { type JobType, type Json, jobTypes } from "../contract/job.ts";
import { limits } from "../contract/limits.ts";
import { choice, formatHelp, number, readChoice, text, toggle, value } from "../report/flag-kinds.ts";
import { type FlagValues, readCommandLine } from "../report/flags.ts";
import { asError } from "../runtime/errors.ts";
import { shapeNames } from "../workload/rate.ts";
import { parseServiceTimes, type ServiceTimes } from "../workload/service-times.ts";
import type { Limits } from "./judge-load.ts";
import type { ArrivalSource, PlanOptions } from "./plan.ts";

const percents = { least: 0, most: 100 };
const seconds = { least: 1, most: 86_400 };
const counts = { least: 1, most: 10_000_000, isWhole: true };
const amounts = { least: 0.001, most: 10_000_000 };

const flags = {
  shape: choice("SHAPE", "generates arrivals by a shape", shapeNames, undefined),
  jobs: text(
    "FILE",
    "reads arrivals and run times from a list: arrival_seconds,service_seconds, plain or gzipped",
    undefined,
  ),
  arrivals: text("FILE", "reads arrivals from a file with a number of seconds per line", undefined),
  preset: value("burst-50k", "50,000 jobs within 10 s, in batches of 100", readPreset, undefined),
  single: toggle("with a preset: sends one job per request"),
  count: number("N", "number of jobs; with a file: its first N", counts, undefined),
  rate: number("R", "average number of jobs per second", amounts, undefined),
  duration: number(
    "S",
    "seconds in which the jobs arrive; a shape needs two of --count, --rate and --duration",
    amounts,
    undefined,
  ),
  work: value("S", "run time of a job in seconds: 2, exponential:2, lognormal:2:0.5 (default 0)", readWork, undefined),
  type: choice("TYPE", "type of the jobs; types other than echo need --payload", jobTypes, "echo"),
  payload: value("JSON", "payload of the jobs, instead of the one that --work makes", readPayload, undefined),
  groups: number(
    "N",
    "sends jobs with fifo, in turn to N groups; for a stack with ordered: true",
    { least: 1, most: 10_000_000, isWhole: true },
    undefined,
  ),
  batch: number(
    "N",
    "jobs per request; it is sent when its last job arrives",
    { least: 1, most: limits.batchJobs, isWhole: true },
    undefined,
  ),
  seed: number("N", "seed of the plan", { least: 0, most: 2 ** 32 - 1, isWhole: true }, 1),
  url: value(
    "URL",
    "the API to load; default: that of the Pulumi stack, else of the stack on this machine",
    readUrl,
    undefined,
  ),
  folder: text("PATH", "folder of a stack on this machine", undefined),
  sign: toggle("signs requests with AWS credentials; without it, only after a first 403"),
  "token-file": text("FILE", "sends the token in this file, for a stack with auth: jwt", undefined),
  retries: number("N", "retries of a refused or unanswered request", { least: 0, most: 20, isWhole: true }, 0),
  "answer-timeout": number(
    "S",
    "seconds until a request counts as unanswered (default 60; 600 for an API on this machine, whose processors the load test uses too)",
    seconds,
    undefined,
  ),
  sockets: number(
    "N",
    "open connections (default 256, or that of the preset)",
    { least: 1, most: 4_096, isWhole: true },
    undefined,
  ),
  patience: number("S", "open jobs are lost when none has finished for this time", seconds, 300),
  settle: number("S", "longest wait for the fleet to shrink", { least: 0, most: 86_400 }, 180),
  "max-refused-percent": number("P", "the load fails above this share of refused jobs", percents, 0),
  "max-unanswered-percent": number("P", "the load fails above this share of unanswered jobs", percents, 0),
  "max-failed-percent": number(
    "P",
    "the load fails above this share of finished jobs that did not succeed",
    percents,
    0,
  ),
  json: text("FILE", "writes the figures as JSON", undefined),
  html: text("FILE", "writes the report as an HTML page with charts", undefined),
};

export const usage = formatHelp(
  `Sends jobs at planned times, follows each to its end, and gives a verdict.

  npm run load -- --shape steady --count 300 --rate 20 --work 0.5
  npm run load -- --jobs FILE.csv.gz --html load.html
  npm run load -- --preset burst-50k [--single]

Exit code 0: passed. 1: failed, because an accepted job was lost or finished twice, or because more jobs were refused,
unanswered or unsuccessful than the limits allow. 2: no verdict, because the load could not run to its end or no job was accepted.`,
  flags,
);

export interface LoadFlags {
  isHelp: boolean;
  plan: PlanOptions;
  limits: Limits;
  url: string | undefined;
  folder: string | undefined;
  mustSign: boolean;
  tokenFile: string | undefined;
  retries: number;
  /** Undefined: the default depends on the API. */
  answerSeconds: number | undefined;
  sockets: number;
  patienceSeconds: number;
  settleSeconds: number;
  jsonFile: string | undefined;
  htmlFile: string | undefined;
}

/**
 * Reads the command line.
 * @throws AppError `flags`, which lists every problem
 */
export function readFlags(args: string[]): LoadFlags {
  return readCommandLine({ command: "npm run load --", flags, args }, ({ values: given, refuse }) => {
    const values = applyPreset(given);
    if (values.type !== "echo" && values.payload === undefined) {
      refuse(`--type ${values.type} expects --payload JSON beside it; none came`);
    }
    return {
      plan: {
        source: readSource(values, refuse),
        work: values.work ?? { kind: "constant", meanSeconds: 0 },
        seed: values.seed,
        type: values.type as JobType,
        payload: values.payload,
        groups: values.groups,
        batch: values.batch ?? 1,
      },
      limits: {
        refusedPercent: values["max-refused-percent"],
        unansweredPercent: values["max-unanswered-percent"],
        failedPercent: values["max-failed-percent"],
      },
      url: values.url,
      folder: values.folder,
      mustSign: values.sign,
      tokenFile: values["token-file"],
      retries: values.retries,
      answerSeconds: values["answer-timeout"],
      sockets: values.sockets ?? 256,
      patienceSeconds: values.patience,
      settleSeconds: values.settle,
      jsonFile: values.json,
      htmlFile: values.html,
    };
  });
}

type Values = FlagValues<typeof flags>;

/** Other flags replace the preset's values. */
function applyPreset(values: Values): Values {
  if (values.preset === undefined) return values;
  return {
    ...values,
    shape: values.shape ?? "steady",
    count: values.count ?? 50_000,
    duration: values.duration ?? (values.rate === undefined ? 10 : undefined),
    batch: values.batch ?? (values.single ? 1 : 100),
    // More than the preset's 500 batches, so that no request waits for a connection.
    sockets: values.sockets ?? 600,
  };
}

function readSource(values: Values, refuse: (problem: string) => void): ArrivalSource {
  const { jobs, arrivals, shape = "steady", count, rate, duration } = values;
  const named = [jobs, arrivals, values.shape].filter((source) => source !== undefined).length;
  if (named !== 1) refuse(`expected one of --shape, --arrivals, --jobs, --preset; came ${named}`);
  if (jobs !== undefined) return { kind: "jobs", file: jobs, most: count };
  if (arrivals !== undefined) return { kind: "arrivals", file: arrivals, most: count };

  const given = [count, rate, duration].filter((amount) => amount !== undefined).length;
  if (values.shape !== undefined && given !== 2) {
    refuse(`--shape expects two of --count, --rate and --duration; came ${given}`);
  }
  const durationSeconds = duration ?? (count ?? 0) / (rate ?? 1);
  return {
    kind: "shape",
    shape,
    durationSeconds,
    count: count ?? Math.max(1, Math.round((rate ?? 0) * durationSeconds)),
  };
}

function readPreset(given: string): "burst-50k" {
  return readChoice(given, ["burst-50k"]);
}

function readWork(given: string): ServiceTimes {
  try {
    return parseServiceTimes(given);
  } catch (error) {
    throw new Error(`is not usable: ${asError(error).message}`);
  }
}

function readPayload(given: string): Json {
  try {
    return JSON.parse(given) as Json;
  } catch (error) {
    throw new Error(`expects JSON; came "${given.slice(0, 80)}": ${asError(error).message}`);
  }
}

function readUrl(given: string): string {
  if (/^https?:$/.test(URL.parse(given)?.protocol ?? "")) return given;
  throw new Error(`expects the address of an API, such as https://api.example.com; came "${given}"`);
}
