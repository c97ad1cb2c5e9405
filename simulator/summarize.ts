import { geometricMean, mean, meanOfKnown } from "./mean.ts";
import type { ReplayResult } from "./replay/result.ts";

/** The figures of a policy over all lists and seeds. */
export interface PolicySummary {
  policy: string;
  lists: number;
  meanSloPercent: number;
  /** Lists with at least 95 % of the jobs in time, as a mean over the seeds. */
  listsInTime: number;
  /** Geometric means over the lists. */
  taskRatio: number;
  instanceRatio: number | undefined;
  reversalsPerHour: number;
}

/** One summary for each policy, in the order in which they first come. */
export function summarizePolicies(results: readonly ReplayResult[]): PolicySummary[] {
  return [...Map.groupBy(results, ({ policy }) => policy)].map(([policy, ofPolicy]) => {
    const lists = summarizeLists(ofPolicy);
    const instanceRatios = lists.map(({ instanceRatio }) => instanceRatio);
    return {
      policy,
      lists: lists.length,
      meanSloPercent: mean(lists.map(({ sloPercent }) => sloPercent)),
      listsInTime: lists.filter(({ sloPercent }) => sloPercent >= 95).length,
      taskRatio: geometricMean(lists.map(({ taskRatio }) => taskRatio)),
      instanceRatio: instanceRatios.every((ratio) => ratio !== undefined) ? geometricMean(instanceRatios) : undefined,
      reversalsPerHour: mean(lists.map(({ reversalsPerHour }) => reversalsPerHour)),
    };
  });
}

export type ListSummary = Omit<ReplayResult, "seed" | "waitSeconds"> & {
  waitSeconds: { p50: number; p95: number; p99: number } | undefined;
};

/** One row for each list and policy: the mean over the seeds. */
export function summarizeLists(results: readonly ReplayResult[]): ListSummary[] {
  const groups = Map.groupBy(results, ({ list, policy, layer, disturbances, hasBackstop }) =>
    JSON.stringify([list, policy, layer, disturbances, hasBackstop]),
  );
  return [...groups.values()].flatMap((ofPair) => {
    const [first] = ofPair;
    if (!first) return [];
    const meanOf = (read: (result: ReplayResult) => number) => mean(ofPair.map(read));
    const waits = ofPair.map(({ waitSeconds }) => waitSeconds).filter((wait) => wait !== undefined);
    return {
      list: first.list,
      policy: first.policy,
      layer: first.layer,
      disturbances: first.disturbances,
      hasBackstop: first.hasBackstop,
      jobs: meanOf(({ jobs }) => jobs),
      sloPercent: meanOf(({ sloPercent }) => sloPercent),
      taskHours: meanOf(({ taskHours }) => taskHours),
      instanceHours: meanOf(({ instanceHours }) => instanceHours),
      taskRatio: meanOf(({ taskRatio }) => taskRatio),
      instanceRatio: first.instanceRatio && meanOf(({ instanceRatio }) => instanceRatio ?? Number.NaN),
      reversalsPerHour: meanOf(({ reversalsPerHour }) => reversalsPerHour),
      waitSeconds:
        waits.length === 0
          ? undefined
          : {
              p50: mean(waits.map(({ p50 }) => p50)),
              p95: mean(waits.map(({ p95 }) => p95)),
              p99: mean(waits.map(({ p99 }) => p99)),
            },
      tasksStarted: meanOf(({ tasksStarted }) => tasksStarted),
      instancesLaunched: meanOf(({ instancesLaunched }) => instancesLaunched),
      unfinishedJobs: meanOf(({ unfinishedJobs }) => unfinishedJobs),
      lateInRisePercent: meanOfKnown(ofPair.map(({ lateInRisePercent }) => lateInRisePercent)),
      lateAfterMiddlePercent: meanOf(({ lateAfterMiddlePercent }) => lateAfterMiddlePercent),
      backstopMoves: meanOf(({ backstopMoves }) => backstopMoves),
    };
  });
}
