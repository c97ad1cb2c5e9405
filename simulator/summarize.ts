import type { Percentiles } from "../report/percentile.ts";
import { geometricMean, mean, meanOfKnown } from "../runtime/arithmetic.ts";
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

export type ListSummary = Omit<ReplayResult, "seed">;

/** One row for each list and policy: the mean over the seeds. */
export function summarizeLists(results: readonly ReplayResult[]): ListSummary[] {
  const groups = Map.groupBy(results, ({ list, policy, layer, disturbances, hasBackstop }) =>
    JSON.stringify([list, policy, layer, disturbances, hasBackstop]),
  );
  return [...groups.values()].flatMap((ofPair) => {
    const [first] = ofPair;
    if (!first) return [];
    const { seed: _, ...summary } = first;
    const waits = ofPair.map(({ waitSeconds }) => waitSeconds).filter((wait) => wait !== undefined);
    const meanWait = (read: (wait: Percentiles) => number) => mean(waits.map(read));
    const instanceRatios = ofPair.map(({ instanceRatio }) => instanceRatio ?? Number.NaN);
    return {
      ...summary,
      ...Object.fromEntries(averaged.map((figure) => [figure, mean(ofPair.map((result) => result[figure]))])),
      instanceRatio: first.instanceRatio && mean(instanceRatios),
      lateInRisePercent: meanOfKnown(ofPair.map(({ lateInRisePercent }) => lateInRisePercent)),
      waitSeconds:
        waits.length === 0
          ? undefined
          : { p50: meanWait(({ p50 }) => p50), p95: meanWait(({ p95 }) => p95), p99: meanWait(({ p99 }) => p99) },
    };
  });
}

/** Figures that every replay has. */
const averaged = [
  "jobs",
  "sloPercent",
  "taskHours",
  "instanceHours",
  "taskRatio",
  "reversalsPerHour",
  "tasksStarted",
  "instancesLaunched",
  "unfinishedJobs",
  "lateAfterMiddlePercent",
  "backstopMoves",
] as const satisfies readonly (keyof ReplayResult)[];
