import { Worker } from "node:worker_threads";
import type { ReplayOptions } from "./replay.ts";
import type { ReplayResult } from "./result.ts";
import type { Scenario } from "./scenario.ts";

/** One replay: a scenario by its index, a policy and disturbances by their names. */
export interface Pair extends ReplayOptions {
  scenario: number;
  policy: string;
}

/** Replays all pairs on so many threads; the results are in the order of the pairs. */
export async function runPairs(
  scenarios: readonly Scenario[],
  pairs: readonly Pair[],
  options: { threads: number; onDone?(done: number): void },
): Promise<ReplayResult[]> {
  const results: ReplayResult[] = [];
  let next = 0;
  let done = 0;
  const threads = Array.from({ length: Math.min(options.threads, pairs.length) }, () => startThread(scenarios));
  const work = async (thread: Worker) => {
    for (let index = next++; index < pairs.length; index = next++) {
      results[index] = await ask(thread, pairs[index] as Pair);
      options.onDone?.(++done);
    }
  };
  try {
    await Promise.all(threads.map(work));
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
  return results;
}

function startThread(workerData: readonly Scenario[]): Worker {
  return new Worker(new URL("./replay-thread.ts", import.meta.url), { workerData });
}

function ask(thread: Worker, pair: Pair): Promise<ReplayResult> {
  const { promise, resolve, reject } = Promise.withResolvers<ReplayResult>();
  thread.once("message", resolve);
  thread.once("error", reject);
  thread.postMessage(pair);
  return promise.finally(() => {
    thread.off("message", resolve);
    thread.off("error", reject);
  });
}
