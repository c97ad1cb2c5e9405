import type { ScalingPolicy } from "../policy/scaling-policy.ts";
import { type Backlog, measureBacklog } from "./backlog.ts";
import { readFlow } from "./flow.ts";
import { wishInstances } from "./instances.ts";
import { type Memory, recall } from "./memory.ts";
import { neededSlots } from "./needed-slots.ts";
import type { Sample } from "./sample.ts";
import { highest, keepPeaks } from "./windowed-maximum.ts";

/** How many tasks and instances there are to be, and why. */
export interface Decision extends Backlog {
  tasks: number;
  /** Before scale-in waits. */
  neededTasks: number;
  instanceFloor: number;
  /** Instances that have been empty long enough to go. */
  releaseInstances: readonly string[];
  /** The wish in percent of what runs or is on its way: 100 is right, and what target tracking acts on. */
  needPercent: number;
  reason: string;
}

/**
 * Decides from what is seen and what the last decision left. Out at once; in only to the most that was needed over the last
 * minute, which one who remembers nothing has not seen yet: it holds what there is.
 */
export function decide(
  before: Memory | undefined,
  sample: Sample,
  policy: ScalingPolicy,
  nowMilliseconds: number,
): { decision: Decision; memory: Memory } {
  const memory = recall(before, nowMilliseconds);
  const { minTasks, maxTasks } = policy;
  const flow = readFlow(sample, policy, memory, nowMilliseconds);
  const slots = neededSlots(sample, flow, policy);
  const neededTasks = clamp(Math.ceil(round(slots / policy.slots)), minTasks, maxTasks);
  const peaks = keepPeaks(
    memory?.tasks ?? [[nowMilliseconds, sample.desiredTasks]],
    [nowMilliseconds, neededTasks],
    scaleInWaitMilliseconds,
  );
  const tasks = clamp(highest(peaks), minTasks, maxTasks);
  const instances = wishInstances(tasks, sample, policy, memory, nowMilliseconds);
  const reason = `${sample.visibleJobs} jobs wait and ${sample.jobsInFlight} run: ${neededTasks} tasks needed, ${tasks} kept`;
  return {
    decision: {
      tasks,
      neededTasks,
      instanceFloor: instances.floor,
      releaseInstances: instances.release,
      needPercent: (100 * tasks) / Math.max(1, sample.runningTasks, sample.desiredTasks),
      ...measureBacklog(sample),
      reason,
    },
    memory: { version: 1, at: nowMilliseconds, tasks: peaks, ...instances.memory, ...flow.known },
  };
}

const scaleInWaitMilliseconds = 60_000;

function clamp(value: number, minimum: number, maximum: number): number {
  return Math.min(maximum, Math.max(minimum, value));
}

/** 12 digits hide the noise of binary fractions, which would round 6.000000000000001 up to 7. */
function round(value: number): number {
  return Number(value.toPrecision(12));
}
