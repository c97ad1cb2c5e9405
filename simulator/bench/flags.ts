import { parseArgs } from "node:util";
import { AppError, asError } from "../../runtime/errors.ts";

export const usage = `Replays the benchmark's job lists under every policy, with and without disturbances, and writes docs/scaling-results.md.

  npm run bench:scaling                      generated shapes only
  npm run bench:scaling -- --lists FOLDER    also the lists of the folder's index.json; exits 1 when the gate fails on them

  --seeds N        replays of each, with other boot times and tick phases (4)
  --threads N      replays at once (2)
  --page FILE      writes this file instead
`;

export interface BenchFlags {
  isHelp: boolean;
  listsFolder: string | undefined;
  seeds: number;
  threads: number;
  pageFile: string | undefined;
}

/**
 * Reads the command line.
 * @throws AppError `flags` with what is wrong with it
 */
export function readBenchFlags(args: string[]): BenchFlags {
  const values = parse(args);
  return {
    isHelp: values.help,
    listsFolder: values.lists,
    seeds: readCount("seeds", values.seeds),
    threads: readCount("threads", values.threads),
    pageFile: values.page,
  };
}

function readCount(name: string, text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw refuse(`--${name} expects a whole number from 1 to 9999; came "${text}"`);
  return Number(text);
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        lists: { type: "string" },
        seeds: { type: "string", default: "4" },
        threads: { type: "string", default: "2" },
        page: { type: "string" },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw refuse(asError(error).message, error);
  }
}

function refuse(problem: string, cause?: unknown): AppError {
  return new AppError("flags", `${problem}\nnpm run bench:scaling -- --help explains the command line.`, { cause });
}
