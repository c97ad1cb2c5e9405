import { parentPort, workerData } from "node:worker_threads";
import { findPolicy } from "../policies/catalogue.ts";
import { replay } from "./replay.ts";
import type { Pair } from "./run-pairs.ts";
import type { Scenario } from "./scenario.ts";

// The entry of a worker thread: one replay for each message, its result for an answer.
const scenarios = workerData as readonly Scenario[];

parentPort?.on("message", ({ scenario, policy, ...options }: Pair) => {
  const found = scenarios[scenario];
  if (!found) throw new RangeError(`expected a scenario below ${scenarios.length}; came ${scenario}`);
  parentPort?.postMessage(replay(found, findPolicy(policy), options));
});
