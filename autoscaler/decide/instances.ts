import type { ScalingPolicy } from "../policy/scaling-policy.ts";
import type { Memory } from "./memory.ts";
import type { Sample } from "./sample.ts";
import { highest, keepPeaks } from "./windowed-maximum.ts";

export interface InstanceWish {
  floor: number;
  /** Empty for so long that they may go, the longest first. */
  release: readonly string[];
  memory: Pick<Memory, "instances" | "emptySince">;
}

/** Instances for the tasks that are wanted and those still to stop: ordered with them, kept for a while after them. */
export function wishInstances(
  tasks: number,
  sample: Sample,
  policy: ScalingPolicy,
  memory: Memory | undefined,
  nowMilliseconds: number,
): InstanceWish {
  const stopping = Math.max(0, sample.runningTasks - tasks);
  const needed = Math.ceil((tasks + stopping) / policy.tasksPerInstance);
  const before = memory?.instances ?? [[nowMilliseconds, sample.instances?.length ?? needed]];
  const instances = keepPeaks(before, [nowMilliseconds, needed], floorMilliseconds);
  const emptySince = noteEmpty(sample.instances, memory?.emptySince ?? [], nowMilliseconds);
  const release = emptySince.filter(([, since]) => since <= nowMilliseconds - emptyMilliseconds).map(([id]) => id);
  return { floor: highest(instances), release, memory: { instances, emptySince } };
}

/** Unknown instances are not known to be empty. */
function noteEmpty(
  instances: Sample["instances"],
  emptySince: Memory["emptySince"],
  now: number,
): Memory["emptySince"] {
  const known = new Map(emptySince);
  return (instances ?? [])
    .filter(({ tasks }) => tasks === 0)
    .map(({ id }) => [id, known.get(id) ?? now] as const)
    .sort(([, one], [, other]) => one - other)
    .slice(0, mostRemembered);
}

const floorMilliseconds = 300_000;
const emptyMilliseconds = 300_000;
/** The memory must stay small; the others' time begins when one of these is gone. */
const mostRemembered = 40;
