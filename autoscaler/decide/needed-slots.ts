import type { ScalingPolicy } from "../policy/scaling-policy.ts";
import type { Flow } from "./flow.ts";
import type { Sample } from "./sample.ts";
import type { WaitingJobs } from "./waiting-jobs.ts";

/**
 * Slots with which the queue settles at a wait of `waitSeconds`. By the end of a horizon, the time until an order helps and
 * that wait, everything must have started that waits now or comes before the order helps: that takes the slots of the jobs
 * that still run then, and for each that starts the share of the horizon for which it holds its slot.
 */
export function slotsForFlow(waitSeconds: number, sample: Sample, flow: Flow, policy: ScalingPolicy): number {
  const lead = leadSeconds(policy);
  const horizon = lead + waitSeconds;
  const toStart = sample.visibleJobs + flow.arrivalsPerSecond * lead;
  return flow.stillRunningAfter(horizon) + toStart * flow.shareWithin(horizon);
}

/**
 * Slots with which each job that waits starts before its target is near, as far as an order can still help it: what running
 * slots will not get to in the time that is left falls to new ones, from when they are there.
 */
export function slotsForDeadlines(
  waiting: readonly WaitingJobs[],
  sample: Sample,
  flow: Flow,
  policy: ScalingPolicy,
): number {
  const { waitTargetSeconds, slots } = policy;
  const lead = leadSeconds(policy);
  const running = sample.runningTasks * slots;
  const free = running - sample.jobsInFlight;
  let most = 0;
  let jobs = 0;
  for (const group of waiting) {
    jobs += group.jobs;
    const isLost = group.ageSeconds > waitTargetSeconds - lead;
    if (isLost || jobs <= free) continue;
    const left = Math.max(lead + policy.tickSeconds, dueShare * waitTargetSeconds - group.ageSeconds);
    const starts = Math.max(0, running - flow.stillRunningAfter(left)) / flow.shareWithin(left);
    if (jobs > starts) most = Math.max(most, running + (jobs - starts) * flow.shareWithin(left - lead));
  }
  return most;
}

/** From what is seen to a task that an order has brought, where there is room. */
export function leadSeconds({ taskStartSeconds, tickSeconds }: ScalingPolicy): number {
  return taskStartSeconds + tickSeconds;
}

/** How much of its target a job may wait before it counts as due: what is predicted comes true only roughly. */
const dueShare = 0.7;
