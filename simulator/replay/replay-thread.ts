import { parentPort, workerData } from "node:worker_threads";
import { findPolicy } from "../policies/catalogue.ts";
import { replay } from "./replay.ts";
import type { Pair, ThreadData } from "./run-pairs.ts";

// The entry of a worker thread: one replay for each message, its result for an answer.
const { scenarios, layer } = workerData as ThreadData;

parentPort?.on("message", ({ scenario, policy, seed }: Pair) => {
  const found = scenarios[scenario];
  if (!found) throw new RangeError(`expected a scenario below ${scenarios.length}; came ${scenario}`);
  parentPort?.postMessage(replay(found, findPolicy(policy), { layer, seed }));
});
