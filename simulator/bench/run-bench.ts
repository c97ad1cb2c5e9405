import { createLiveLine, type Terminal } from "../../report/live-line.ts";
import { formatProgress } from "../../report/progress.ts";
import { runPairs } from "../replay/run-pairs.ts";
import type { Collection } from "./collection.ts";
import { collectFindings } from "./findings.ts";
import type { Judgement } from "./page.ts";
import { planPairs } from "./plan-pairs.ts";

/** Replays everything that the page tells of each collection, with a progress bar where someone looks. */
export async function runBench(
  collections: readonly Collection[],
  { seeds, threads }: { seeds: number; threads: number },
  progress: Terminal,
): Promise<Judgement[]> {
  const work = collections.map((collection) => ({ collection, pairs: planPairs(collection.lists.length, seeds) }));
  const total = work.reduce((sum, { pairs }) => sum + pairs.length, 0);
  const line = createLiveLine(progress);
  const judgements: Judgement[] = [];
  let before = 0;
  try {
    for (const { collection, pairs } of work) {
      const scenarios = collection.lists.map(({ scenario }) => scenario);
      const onDone = (done: number) => line.update(formatProgress("replayed", before + done, total));
      onDone(0);
      const results = await runPairs(scenarios, pairs, { threads, onDone });
      judgements.push({ collection, findings: collectFindings(results) });
      before += pairs.length;
    }
  } finally {
    line.close();
  }
  return judgements;
}
