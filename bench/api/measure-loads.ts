import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { LiveLine } from "../../report/live-line.ts";
import { percentile } from "../../report/percentile.ts";
import { formatProgress } from "../../report/progress.ts";
import type { Figure } from "../judge-figures.ts";
import { type FunctionName, functionVariables } from "./deployed-functions.ts";
import type { Emulators } from "./emulators.ts";

const rounds = 9;

/** The time in which a new process loads each function's bundle: medians, and of Node's own modules alone. */
export async function measureLoads(
  paths: Record<FunctionName, string>,
  emulators: Emulators,
  live: LiveLine,
): Promise<Figure[]> {
  const names = Object.keys(paths) as FunctionName[];
  const times = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++) {
    for (const name of [...names, "Node's modules"]) {
      const load = name in paths ? [paths[name as FunctionName]] : ["node:https", "node:crypto", "node:fs/promises"];
      times.set(name, [...(times.get(name) ?? []), await timeLoad(load, functionVariables(emulators))]);
      live.update(formatProgress("module load", round * (names.length + 1), rounds * (names.length + 1)));
    }
  }
  const median = (name: string) => percentile(times.get(name) ?? [], 50) ?? Number.NaN;
  live.print(`Node's own modules that a client loads take ${median("Node's modules").toFixed(1)} ms of each load`);
  return names.map((name) => ({ name: `${name}: module load`, measured: median(name), unit: "ms", atMost: 60 }));
}

async function timeLoad(modules: string[], variables: Record<string, string>): Promise<number> {
  const code = `const start = performance.now();
    for (const module of ${JSON.stringify(modules)}) await import(module);
    process.stdout.write(String(performance.now() - start), () => process.exit());`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", code], {
    env: variables,
  });
  return Number(stdout);
}
