import { type ScalingPolicy, waitShare } from "../policy/scaling-policy.ts";
import type { Flow } from "./flow.ts";
import type { Sample } from "./sample.ts";

/**
 * The buffered feed-forward: the queue may wait a share of the wait target, as waiting within the target is free and an
 * idle slot is not.
 */
export function neededSlots(sample: Sample, flow: Flow, policy: ScalingPolicy): number {
  const { waitTargetSeconds, taskStartSeconds, tickSeconds } = policy;
  const { visibleJobs: waiting, jobsInFlight, runningTasks } = sample;
  const service = flow.serviceSeconds;
  const horizon = taskStartSeconds + tickSeconds;
  // Where no time is left between an order and the target, nothing may wait on purpose, and idle slots must.
  const isTight = waitTargetSeconds <= taskStartSeconds + 2 * tickSeconds;
  const buffer = isTight ? 0 : waitShare(policy.eagerness) * waitTargetSeconds;
  const withSpare = (slots: number) => (isTight ? slots + Math.sqrt(slots) : slots);
  if (service > horizon + buffer) return withSpare(jobsInFlight * (1 - buffer / service) + waiting);

  const forFlow = ((waiting + flow.arrivalsPerSecond * horizon) * service) / (horizon + buffer);
  // What the running slots do not get through before new ones can help has the rest of the wait target.
  const leftOver = waiting * service - runningTasks * policy.slots * horizon;
  const forBacklog = leftOver / Math.max(waitTargetSeconds - taskStartSeconds - 1.5 * tickSeconds, taskStartSeconds);
  return withSpare(Math.max(forFlow, forBacklog));
}
