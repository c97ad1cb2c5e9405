import { readFile, writeFile } from "node:fs/promises";
import type { Terminal } from "../../report/live-line.ts";
import type { BenchFlags } from "./flags.ts";
import { generateLists } from "./generated-lists.ts";
import { readGivenLists } from "./given-lists.ts";
import { writePage } from "./page.ts";
import { runBench } from "./run-bench.ts";
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

async function readIfThere(file: URL): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
