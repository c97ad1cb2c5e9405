import { basename } from "node:path";
import { createLiveLine, type Terminal } from "../report/live-line.ts";
import { formatProgress } from "../report/progress.ts";
import { readJobList } from "../workload/job-list.ts";
import { compareComputes } from "./computes/compare-computes.ts";
import { formatComputes } from "./computes/format-computes.ts";
import type { Flags } from "./flags.ts";
import { formatResults } from "./format-results.ts";
import { readLists } from "./replay/read-lists.ts";
import { type Pair, runPairs } from "./replay/run-pairs.ts";
import { createScenario, createShapeScenario, type Scenario } from "./replay/scenario.ts";

/** Runs the replays of a command line. Progress goes to standard error, results to standard output. */
export async function simulate(flags: Flags, output: Terminal, progress: Terminal): Promise<void> {
  const { layer, seeds, threads } = flags;
  const scenarios = await prepareScenarios(flags);
  if (flags.computes !== undefined) {
    const { computes } = flags;
    const compared = scenarios.map((scenario) => ({
      list: scenario.name,
      computes: compareComputes(scenario, computes),
    }));
    output.write(flags.isJson ? `${JSON.stringify(compared, null, 2)}\n` : formatComputes(compared, computes));
    return;
  }
  const pairs = pairUp(flags, scenarios);
  const line = createLiveLine(progress);
  const show = (done: number) => line.update(formatProgress("replayed", done, pairs.length));
  show(0);
  try {
    const results = await runPairs(scenarios, pairs, { threads, onDone: show });
    line.close();
    output.write(flags.isJson ? `${JSON.stringify(results, null, 2)}\n` : formatResults(results, layer, seeds));
  } finally {
    line.close();
  }
}

async function prepareScenarios({ source, machines, seeds }: Flags): Promise<Scenario[]> {
  if (source.kind === "lists") return readLists(source.folder, source.only);
  if (source.kind === "jobs") return [createScenario(basename(source.file), await readJobList(source.file), machines)];
  return Array.from({ length: seeds }, (_, index) => createShapeScenario({ ...source, seed: index + 1 }, machines));
}

/** Each list with each policy and each seed; each draw of a shape belongs to one seed. */
function pairUp(
  { source, policies, seeds, layer, disturbances, hasBackstop }: Flags,
  scenarios: readonly Scenario[],
): Pair[] {
  const isDrawn = source.kind === "shape";
  const common = { layer, disturbances, hasBackstop };
  return policies.flatMap((policy) =>
    scenarios.flatMap((_, scenario) =>
      isDrawn
        ? [{ scenario, policy, seed: scenario + 1, ...common }]
        : Array.from({ length: seeds }, (_, index) => ({ scenario, policy, seed: index + 1, ...common })),
    ),
  );
}
