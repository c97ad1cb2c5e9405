import type { ScalingSettings } from "../policy/scaling-settings.ts";
import type { ControllerState } from "./controller-state.ts";
import type { WorkloadEstimate } from "./estimate-workload.ts";
import type { WaitingJobs } from "./waiting-jobs.ts";

/**
 * Share of late jobs among about the last 1,000, 0 to 1. A job is counted once: at the first decision at which it still waits
 * and is older than the wait target.
 */
export function trackLateShare(
  waiting: readonly WaitingJobs[],
  workload: WorkloadEstimate,
  { waitTargetSeconds }: ScalingSettings,
  state: ControllerState | undefined,
  now: number,
): number {
  if (!state) return 0;
  const elapsedSeconds = (now - state.at) / 1_000;
  let late = 0;
  for (const { ageSeconds, jobs } of waiting) {
    if (ageSeconds > waitTargetSeconds && ageSeconds <= waitTargetSeconds + elapsedSeconds) late += jobs;
  }
  const arrivedShare = Math.min(1, (workload.arrivalsPerSecond * elapsedSeconds) / rememberedJobs);
  return Math.min(1, state.lateShare * (1 - arrivedShare) + late / rememberedJobs);
}

const rememberedJobs = 1_000;

/** Allowed wait of jobs. Without late jobs it is `waitShare` of the wait target. It falls linearly with the late share, to 0 at the error budget. */
export function allowedWaitSeconds({ waitTargetSeconds, eagerness }: ScalingSettings, lateShare: number): number {
  return waitShare(eagerness) * waitTargetSeconds * Math.max(0, 1 - lateShare / errorBudget(eagerness));
}

/** 3/4 at an eagerness of -1, 1/2 at 0, 1/4 at 1. */
function waitShare(eagerness: number): number {
  return (2 - eagerness) / 4;
}

/** Share of jobs that may be late: 4 % at an eagerness of -1, 1 % at 0, 0.25 % at 1. */
function errorBudget(eagerness: number): number {
  return 0.01 * 4 ** -eagerness;
}
