import { parseArgs } from "node:util";
import { type JobType, type Json, jobTypes } from "../contract/job.ts";
import { limits } from "../contract/limits.ts";
import { AppError, asError } from "../runtime/errors.ts";
import { type ShapeName, shapeNames } from "../workload/rate.ts";
import { parseServiceTimes } from "../workload/service-times.ts";
import type { ArrivalSource, PlanOptions } from "./plan.ts";

export const usage = `Sends jobs at planned moments, follows each to its end, and says whether one was lost or finished twice.

  npm run load -- --shape steady --count 300 --rate 20 --work 0.5
  npm run load -- --jobs FILE.csv.gz            arrivals and run times from a list: arrival_seconds,service_seconds
  npm run load -- --arrivals FILE               arrivals from a file, a number of seconds a line
  npm run load -- --preset burst-50k [--single] 50,000 jobs within 10 s, a hundred a request, or one

  --shape ${shapeNames.join(" | ")}
  --count N  --rate R  --duration S   two of three; the third follows. With a file, --count takes its first N jobs
  --work S           how long jobs run: 2, exponential:2, lognormal:2:0.5 (default 0)
  --type T           ${jobTypes.join(" | ")} (default echo); other types than echo need --payload JSON
  --batch N          jobs in one request, 1 to ${limits.batchJobs} (default 1); a request leaves when its last job arrives
  --seed N           the same seed, the same plan (default 1)
  --url U            the API; else the Pulumi stack's, else that of the stack on this machine (--folder PATH)
  --sign             signs requests with AWS credentials; found out by itself from a first 403
  --token-file FILE  shows the token in it, where the stack says auth: jwt
  --retries N        further tries of a refused request (default 0: a refusal is a finding)
  --sockets N        connections at once (default 256)
  --patience S       a job is lost when none has finished for so long (default 300)
  --settle S         longest wait for the fleet to shrink again, where it can be seen (default 180)
  --json FILE        the numbers   --html FILE   one page with charts

Exit code 1 when an accepted job was lost or finished twice, 2 when there is no verdict.
`;

export interface Flags {
  isHelp: boolean;
  plan: PlanOptions;
  url: string | undefined;
  folder: string | undefined;
  mustSign: boolean;
  tokenFile: string | undefined;
  retries: number;
  sockets: number;
  patienceSeconds: number;
  settleSeconds: number;
  jsonFile: string | undefined;
  htmlFile: string | undefined;
}

/**
 * Reads the command line.
 * @throws AppError `flags` with everything that is wrong with it
 */
export function readFlags(args: string[]): Flags {
  const values = applyPreset(parse(args));
  const problems: string[] = [];
  const attempt = <Value>(read: () => Value, otherwise: Value): Value => {
    try {
      return read();
    } catch (error) {
      problems.push(asError(error).message);
      return otherwise;
    }
  };
  const number = (name: NumberFlag, range: Range, otherwise: number) =>
    attempt(() => readNumber(name, values[name], range) ?? otherwise, otherwise);

  const type = attempt(() => readChoice("type", values.type ?? "echo", jobTypes), "echo");
  const payload = attempt(() => readPayload(values.payload, type), undefined);
  const flags: Flags = {
    isHelp: values.help,
    plan: {
      source: attempt(() => readSource(values), { kind: "shape", shape: "steady", count: 1, durationSeconds: 1 }),
      work: attempt(() => parseServiceTimes(values.work ?? "0"), { kind: "constant", meanSeconds: 0 }),
      seed: number("seed", { least: 0, most: 2 ** 32 - 1, isWhole: true }, 1),
      type,
      payload,
      batch: number("batch", { least: 1, most: limits.batchJobs, isWhole: true }, 1),
    },
    url: attempt(() => readUrl(values.url), undefined),
    folder: values.folder,
    mustSign: values.sign,
    tokenFile: values["token-file"],
    retries: number("retries", { least: 0, most: 20, isWhole: true }, 0),
    sockets: number("sockets", { least: 1, most: 4_096, isWhole: true }, 256),
    patienceSeconds: number("patience", { least: 1, most: 86_400 }, 300),
    settleSeconds: number("settle", { least: 0, most: 86_400 }, 180),
    jsonFile: values.json,
    htmlFile: values.html,
  };
  if (problems.length > 0 && !flags.isHelp) throw refuse(problems);
  return flags;
}

type Values = ReturnType<typeof parse>;
type NumberFlag = "count" | "rate" | "duration" | "seed" | "batch" | "retries" | "sockets" | "patience" | "settle";

interface Range {
  least: number;
  most: number;
  isWhole?: boolean;
}

const counts: Range = { least: 1, most: 10_000_000, isWhole: true };
const amounts: Range = { least: 0.001, most: 10_000_000 };

function parse(args: string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  try {
    return parseArgs({
      args,
      options: {
        shape: text,
        arrivals: text,
        jobs: text,
        preset: text,
        single: flag,
        count: text,
        rate: text,
        duration: text,
        work: text,
        type: text,
        payload: text,
        batch: text,
        seed: text,
        url: text,
        folder: text,
        sign: flag,
        "token-file": text,
        retries: text,
        sockets: text,
        patience: text,
        settle: text,
        json: text,
        html: text,
        help: flag,
      },
    }).values;
  } catch (error) {
    throw refuse([asError(error).message], error);
  }
}

/** What is named beside a preset goes before it. */
function applyPreset(values: Values): Values {
  if (values.preset === undefined) return values;
  if (values.preset !== "burst-50k") throw refuse([`--preset expects burst-50k; came "${values.preset}"`]);
  const batch = values.single ? "1" : "100";
  const source = values.rate === undefined && values.duration === undefined ? { duration: "10" } : {};
  // A socket a request, so that none waits for another's answer.
  return { shape: "steady", count: "50000", batch, ...source, ...values, sockets: values.sockets ?? "600" };
}

function readSource(values: Values): ArrivalSource {
  const named = [values.jobs, values.arrivals, values.shape].filter((value) => value !== undefined);
  if (named.length !== 1)
    throw new Error(`expected one of --shape, --arrivals, --jobs, --preset; came ${named.length}`);
  const count = readNumber("count", values.count, counts);
  if (values.jobs !== undefined) return { kind: "jobs", file: values.jobs, most: count };
  if (values.arrivals !== undefined) return { kind: "arrivals", file: values.arrivals, most: count };

  const shape: ShapeName = readChoice("shape", values.shape ?? "", shapeNames);
  const rate = readNumber("rate", values.rate, amounts);
  const duration = readNumber("duration", values.duration, amounts);
  const given = [count, rate, duration].filter((value) => value !== undefined).length;
  if (given !== 2) throw new Error(`--shape expects two of --count, --rate and --duration; came ${given}`);
  const durationSeconds = duration ?? (count ?? 0) / (rate ?? 1);
  return {
    kind: "shape",
    shape,
    durationSeconds,
    count: count ?? Math.max(1, Math.round((rate ?? 0) * durationSeconds)),
  };
}

function readPayload(text: string | undefined, type: JobType): Json | undefined {
  if (text === undefined && type === "echo") return undefined;
  if (text === undefined) throw new Error(`--type ${type} expects --payload JSON; none came`);
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new Error(`--payload expects JSON; came "${text.slice(0, 80)}": ${asError(error).message}`);
  }
}

function readUrl(text: string | undefined): string | undefined {
  if (text === undefined || /^https?:$/.test(URL.parse(text)?.protocol ?? "")) return text;
  throw new Error(`--url expects the address of an API, such as https://api.example.com; came "${text}"`);
}

function readNumber(name: NumberFlag, text: string | undefined, { least, most, isWhole = false }: Range) {
  if (text === undefined) return undefined;
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value >= least && value <= most && (!isWhole || Number.isInteger(value))) return value;
  throw new Error(`--${name} expects a ${isWhole ? "whole " : ""}number from ${least} to ${most}; came "${text}"`);
}

function readChoice<Choice extends string>(name: string, text: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((one) => one === text);
  if (choice !== undefined) return choice;
  throw new Error(`--${name} expects one of ${choices.join(", ")}; came "${text}"`);
}

function refuse(problems: string[], cause?: unknown): AppError {
  const lines = problems.map((problem) => `  - ${problem}`).join("\n");
  const message = `The command line is not usable (npm run load -- --help explains it):\n${lines}`;
  return new AppError("flags", message, { cause });
}
