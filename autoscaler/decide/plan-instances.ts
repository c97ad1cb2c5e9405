import type { ScalingSettings } from "../policy/scaling-settings.ts";
import type { ControllerState } from "./controller-state.ts";
import type { Sample } from "./sample.ts";

interface InstancePlan {
  /** MinSize of the Auto Scaling group. */
  minSize: number;
  /** Ids of instances that are not needed and have been empty long enough, the longest first. */
  terminate: readonly string[];
  emptySince: ControllerState["emptySince"];
}

/** MinSize is the number of instances for the decided or the running tasks, whichever are more. Empty instances are kept for twice their replacement time. */
export function planInstances(
  tasks: number,
  sample: Sample,
  settings: ScalingSettings,
  state: ControllerState | undefined,
  now: number,
): InstancePlan {
  const { tasksPerInstance, bootSeconds, taskStartSeconds } = settings;
  const emptySince = trackEmpty(sample.instances, state?.emptySince ?? [], now);
  // Ski rental. Once the replacement time was cheaper on most job lists, but dearer where bursts lay slightly further apart.
  const keptMilliseconds = 2 * (bootSeconds + taskStartSeconds) * 1_000;
  const minSize = Math.ceil(Math.max(tasks, sample.runningTasks) / tasksPerInstance);
  const surplus = Math.max(0, (sample.instances?.length ?? 0) - minSize);
  const idle = emptySince.filter(([, since]) => now - since >= keptMilliseconds).map(([id]) => id);
  return { minSize, terminate: idle.slice(0, surplus), emptySince };
}

/** If the instances could not be read, none counts as empty, and the times start again. */
function trackEmpty(
  instances: Sample["instances"],
  before: ControllerState["emptySince"],
  now: number,
): ControllerState["emptySince"] {
  const known = new Map(before);
  return (instances ?? [])
    .filter(({ tasks }) => tasks === 0)
    .map(({ id }) => [id, known.get(id) ?? now] as const)
    .sort(([, one], [, other]) => one - other)
    .slice(0, mostTracked);
}

/** Keeps the state small. The time of any further instance starts once one of these is gone. */
const mostTracked = 40;
