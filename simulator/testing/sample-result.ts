import type { ReplayResult } from "../replay/result.ts";

/** Everything in time at the least cost. */
export function sampleResult(changes: Partial<ReplayResult> = {}): ReplayResult {
  return {
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
  };
}
