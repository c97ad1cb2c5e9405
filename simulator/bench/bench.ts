import { readFile, writeFile } from "node:fs/promises";
import { createLiveLine, type Terminal } from "../../report/live-line.ts";
import { formatProgress } from "../../report/progress.ts";
import { runPairs } from "../replay/run-pairs.ts";
import { type Collection, generateLists, readGivenLists } from "./collection.ts";
import { collectFindings } from "./findings.ts";
import type { BenchFlags } from "./flags.ts";
import { type Judgement, writePage } from "./page.ts";
import { planPairs } from "./plan-pairs.ts";
import { gateOf } from "./verdict-section.ts";

const defaultPage = new URL("../../docs/scaling-results.md", import.meta.url);
const triedAndDropped = new URL("./tried-and-dropped.md", import.meta.url);

/** Runs the benchmark and writes its page. True unless lists were given and the gate fails on them. */
export async function bench(flags: BenchFlags, output: Terminal, progress: Terminal): Promise<boolean> {
  const lists = flags.listsFolder === undefined ? undefined : await readGivenLists(flags.listsFolder);
  const shapes = generateLists();
  const judgements = await runBench(lists ? [shapes, lists] : [shapes], flags, progress);
  const [generated, given] = judgements;
  if (!generated) throw new RangeError("expected the generated shapes to be judged; came nothing");
  const page = writePage({ given, generated, seeds: flags.seeds }, await readIfThere(triedAndDropped));
  await writeFile(flags.pageFile ?? defaultPage, page);
  const gate = given ? gateOf(given.findings) : [];
  for (const { demand, isMet, seen } of gate) output.write(`${isMet ? "pass" : "FAIL"}  ${demand}: ${seen}\n`);
  return gate.every(({ isMet }) => isMet);
}

/** Replays everything that the page reports of each collection, with a progress bar on a terminal. */
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

async function readIfThere(file: URL): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
