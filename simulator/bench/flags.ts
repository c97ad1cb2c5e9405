import { formatHelp, number, text } from "../../report/flag-kinds.ts";
import { readCommandLine } from "../../report/flags.ts";

const counts = { least: 1, most: 9_999, isWhole: true };

const flags = {
  lists: text("FOLDER", "the folder of the lists", undefined),
  seeds: number("N", "so many replays of each, with other boot times and phases", counts, 4),
  threads: number("N", "so many replays at once", counts, 2),
  page: text("FILE", "where to write instead", undefined),
};

export const usage = formatHelp(
  `Replays the benchmark's job lists under every policy, clean and disturbed, and writes docs/scaling-results.md.

  npm run bench:scaling                      the generated shapes alone
  npm run bench:scaling -- --lists FOLDER    with the lists of the folder's index.json; ends with 1 when the gate fails on them`,
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
