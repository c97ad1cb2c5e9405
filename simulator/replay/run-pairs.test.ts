import { describe, expect, it } from "vitest";
import { findPolicy } from "../policies/catalogue.ts";
import { replay } from "./replay.ts";
import { runPairs } from "./run-pairs.ts";
import { createScenario } from "./scenario.ts";
import { randomJobs } from "./testing/random-jobs.ts";

const scenarios = [1, 2].map((seed) =>
  createScenario(`list ${seed}`, randomJobs({ seed, peakPerSecond: 1, meanServiceSeconds: 5, minutes: 10 })),
);

describe("replays on threads", () => {
  it("come out as without threads, in the order in which they were asked for", async () => {
    const pairs = [0, 1, 0].map((scenario, index) => ({
      scenario,
      policy: index === 2 ? "jit" : "steering",
      seed: index,
      layer: "aws" as const,
      disturbances: index === 1 ? ["outage"] : [],
    }));
    const progress: number[] = [];

    const results = await runPairs(scenarios, pairs, { threads: 2, onDone: (n) => progress.push(n) });

    const expected = pairs.map(({ scenario, policy, ...options }) => {
      const found = scenarios[scenario];
      return found && replay(found, findPolicy(policy), options);
    });
    expect(results).toEqual(expected);
    expect(progress).toEqual([1, 2, 3]);
  });

  it("end with the first that fails, and leave no thread behind", async () => {
    const pairs = [{ scenario: 0, policy: "guessing", seed: 1, layer: "aws" as const }];

    await expect(runPairs(scenarios, pairs, { threads: 2 })).rejects.toThrow('came "guessing"');
  });
});
