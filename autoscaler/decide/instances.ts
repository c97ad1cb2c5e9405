import type { ScalingPolicy } from "../policy/scaling-policy.ts";
import type { Memory } from "./memory.ts";
import type { Sample } from "./sample.ts";

export interface InstanceWish {
  floor: number;
  /** Empty for so long that they may go, the longest first. */
  release: readonly string[];
  emptySince: Memory["emptySince"];
}

/** Instances for the tasks that are wanted and those still to stop: ordered with them, and kept for a while when empty. */
export function wishInstances(
  tasks: number,
  sample: Sample,
  policy: ScalingPolicy,
  memory: Memory | undefined,
  now: number,
): InstanceWish {
  const { tasksPerInstance, bootSeconds, taskStartSeconds } = policy;
  const emptySince = noteEmpty(sample.instances, memory?.emptySince ?? [], now);
  // As with a task's start. Half of it looked cheaper until a list came whose bursts lay just further apart.
  const keptMilliseconds = 2 * (bootSeconds + taskStartSeconds) * 1_000;
  const floor = Math.ceil(Math.max(tasks, sample.runningTasks) / tasksPerInstance);
  const superfluous = Math.max(0, (sample.instances?.length ?? 0) - floor);
  const idle = emptySince.filter(([, since]) => now - since >= keptMilliseconds).map(([id]) => id);
  return { floor, release: idle.slice(0, superfluous), emptySince };
}

/** Unknown instances are not known to be empty. */
function noteEmpty(instances: Sample["instances"], before: Memory["emptySince"], now: number): Memory["emptySince"] {
  const known = new Map(before);
  return (instances ?? [])
    .filter(({ tasks }) => tasks === 0)
    .map(({ id }) => [id, known.get(id) ?? now] as const)
    .sort(([, one], [, other]) => one - other)
    .slice(0, mostRemembered);
}

/** The memory must stay small; the others' time begins when one of these is gone. */
const mostRemembered = 40;
