import { expect, it } from "vitest";
import { formatResults } from "./format-results.ts";
import type { ReplayResult } from "./replay/result.ts";
import { summarizePolicies } from "./summarize.ts";

const result = (changes: Partial<ReplayResult>): ReplayResult => ({
  list: "a",
  policy: "p",
  layer: "aws",
  seed: 1,
  disturbances: [],
  hasBackstop: false,
  jobs: 10,
  sloPercent: 100,
  taskHours: 1,
  instanceHours: 1,
  taskRatio: 1,
  instanceRatio: 1,
  reversalsPerHour: 0,
  waitSeconds: { p50: 1, p95: 2, p99: 3 },
  tasksStarted: 1,
  instancesLaunched: 1,
  unfinishedJobs: 0,
  lateInRisePercent: undefined,
  lateAfterMiddlePercent: 0,
  backstopMoves: 0,
  ...changes,
});

const results = [
  result({ list: "a", sloPercent: 94, taskRatio: 1, instanceRatio: 1 }),
  result({ list: "a", seed: 2, sloPercent: 98, taskRatio: 3, instanceRatio: 3, reversalsPerHour: 8 }),
  result({ list: "b", sloPercent: 50, taskRatio: 8, instanceRatio: 4.5 }),
  result({ list: "a", policy: "q" }),
  result({ list: "b", policy: "q", instanceRatio: undefined }),
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
