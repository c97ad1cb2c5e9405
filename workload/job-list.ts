import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { AppError, asError } from "../runtime/errors.ts";

/** A job as a list plans it: seconds from the list's beginning, and how long it runs. */
export interface PlannedJob {
  arrivalSeconds: number;
  serviceSeconds: number;
}

const header = "arrival_seconds,service_seconds";

/**
 * Reads a list of jobs, `.csv` or `.csv.gz`: the line `arrival_seconds,service_seconds`, then one job a line in the order of arrival.
 * @throws AppError `job-list` with the line that is wrong
 */
export async function* readJobList(file: string): AsyncGenerator<PlannedJob> {
  let previous = 0;
  for await (const { number, text } of readLines(file)) {
    if (number === 1) {
      if (text !== header) throw wrongLine(file, number, `the header ${header}`, text);
      continue;
    }
    const [arrival, service, ...others] = text.split(",");
    const arrivalSeconds = readSeconds(arrival);
    const serviceSeconds = readSeconds(service);
    if (arrivalSeconds === undefined || serviceSeconds === undefined || others.length > 0) {
      throw wrongLine(file, number, "two numbers of seconds, ARRIVAL,SERVICE", text);
    }
    if (arrivalSeconds < previous) throw wrongLine(file, number, `an arrival at ${previous} or later`, text);
    previous = arrivalSeconds;
    yield { arrivalSeconds, serviceSeconds };
  }
}

/**
 * Reads moments of arrival, one number of seconds a line, in order; a job list's other columns are passed over, as is its header.
 * @throws AppError `job-list` with the line that is wrong
 */
export async function* readArrivals(file: string): AsyncGenerator<number> {
  let previous = 0;
  for await (const { number, text } of readLines(file)) {
    const [first] = text.split(",");
    if (number === 1 && first === "arrival_seconds") continue;
    const arrivalSeconds = readSeconds(first);
    if (arrivalSeconds === undefined) throw wrongLine(file, number, "a number of seconds", text);
    if (arrivalSeconds < previous) throw wrongLine(file, number, `an arrival at ${previous} or later`, text);
    previous = arrivalSeconds;
    yield arrivalSeconds;
  }
}

/** Lines with their numbers, from 1; empty ones are passed over. */
async function* readLines(file: string): AsyncGenerator<{ number: number; text: string }> {
  let number = 0;
  try {
    for await (const line of createInterface({ input: open(file), crlfDelay: Number.POSITIVE_INFINITY })) {
      number++;
      const text = line.trim();
      if (text !== "") yield { number, text };
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    const message = `Expected to read ${file}; after line ${number}: ${asError(error).message}`;
    throw new AppError("job-list", message, { cause: error, details: { file } });
  }
}

function open(file: string): Readable {
  const stream = createReadStream(file);
  if (!file.endsWith(".gz")) return stream;
  const unpacked = createGunzip();
  // pipe() does not pass errors on, and a reader of the lines sees its own stream's only.
  stream.on("error", (error) => unpacked.destroy(error));
  return stream.pipe(unpacked);
}

function readSeconds(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+(\.\d+)?(e-?\d+)?$/i.test(text.trim()) ? Number(text) : undefined;
}

function wrongLine(file: string, number: number, expected: string, came: string): AppError {
  const message = `${file}, line ${number}: expected ${expected}; came "${came.slice(0, 80)}"`;
  return new AppError("job-list", message, { details: { file, line: number } });
}
