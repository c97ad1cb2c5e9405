import { expect, it } from "vitest";
import { formatResults } from "./format-results.ts";
import { summarizePolicies } from "./summarize.ts";
import { sampleResult } from "./testing/sample-result.ts";

const results = [
  sampleResult({ list: "a", sloPercent: 94, taskRatio: 1, instanceRatio: 1 }),
  sampleResult({ list: "a", seed: 2, sloPercent: 98, taskRatio: 3, instanceRatio: 3, reversalsPerHour: 8 }),
  sampleResult({ list: "b", sloPercent: 50, taskRatio: 8, instanceRatio: 4.5 }),
  sampleResult({ list: "a", policy: "q" }),
  sampleResult({ list: "b", policy: "q", instanceRatio: undefined }),
];

it("takes means over seeds, then means and geometric means over lists", () => {
  expect(summarizePolicies(results)).toEqual([
    {
      policy: "p",
      lists: 2,
      meanSloPercent: 73,
      listsInTime: 1,
      taskRatio: expect.closeTo(4, 12),
      instanceRatio: expect.closeTo(3, 12),
      reversalsPerHour: 2,
    },
    {
      policy: "q",
      lists: 2,
      meanSloPercent: 100,
      listsInTime: 2,
      taskRatio: 1,
      instanceRatio: undefined,
      reversalsPerHour: 0,
    },
  ]);
});

it("shows lists together as one row a policy, and an unknown ratio as unknown", () => {
  const [title, , , p, q] = formatResults(results, "aws", 2).split("\n");

  expect(title).toBe(
    "2 lists: simulated, 2 seeds, a model of AWS; means and geometric means. Nothing here was measured on AWS.",
  );
  expect(p?.split(/ {2,}/)).toEqual(["p", "73.0", "1 of 2", "4.00", "3.00", "2.0"]);
  expect(q?.split(/ {2,}/)).toEqual(["q", "100.0", "2 of 2", "1.00", "-", "0.0"]);
});
