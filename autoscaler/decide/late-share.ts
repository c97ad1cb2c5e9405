import type { ScalingPolicy } from "../policy/scaling-policy.ts";
import type { Flow } from "./flow.ts";
import type { Memory } from "./memory.ts";
import type { WaitingJobs } from "./waiting-jobs.ts";

/** The share of the last thousand jobs or so that were seen to wait for longer than the target. */
export function trackLateShare(
  waiting: readonly WaitingJobs[],
  flow: Flow,
  policy: ScalingPolicy,
  memory: Memory | undefined,
  now: number,
): number {
  if (!memory) return 0;
  const elapsedSeconds = (now - memory.at) / 1_000;
  const { waitTargetSeconds } = policy;
  let late = 0;
  for (const { ageSeconds, jobs } of waiting) {
    if (ageSeconds > waitTargetSeconds && ageSeconds <= waitTargetSeconds + elapsedSeconds) late += jobs;
  }
  const fresh = Math.min(1, (flow.arrivalsPerSecond * elapsedSeconds) / rememberedJobs);
  return Math.min(1, memory.lateShare * (1 - fresh) + late / rememberedJobs);
}

const rememberedJobs = 1_000;
