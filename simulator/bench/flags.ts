import { formatHelp, number, text } from "../../report/flag-kinds.ts";
import { readCommandLine } from "../../report/flags.ts";

const counts = { least: 1, most: 9_999, isWhole: true };

const flags = {
  lists: text("FOLDER", "the folder of the lists", undefined),
  seeds: number("N", "replays of each, with other boot times and tick phases", counts, 4),
  threads: number("N", "replays at once", counts, 2),
  page: text("FILE", "writes this file instead", undefined),
};

export const usage = formatHelp(
  `Replays the benchmark's job lists under every policy, with and without disturbances, and writes docs/scaling-results.md.

  npm run bench:scaling                      generated shapes only
  npm run bench:scaling -- --lists FOLDER    also the lists of the folder's index.json; exits 1 when the gate fails on them`,
  flags,
);

export interface BenchFlags {
  isHelp: boolean;
  listsFolder: string | undefined;
  seeds: number;
  threads: number;
  pageFile: string | undefined;
}

/**
 * Reads the command line.
 * @throws AppError `flags` with everything that is wrong with it
 */
export function readBenchFlags(args: string[]): BenchFlags {
  return readCommandLine({ command: "npm run bench:scaling --", flags, args }, ({ values }) => ({
    listsFolder: values.lists,
    seeds: values.seeds,
    threads: values.threads,
    pageFile: values.page,
  }));
}
