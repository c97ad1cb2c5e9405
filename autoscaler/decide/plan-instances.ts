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

/** MinSize has room for the decided or the running tasks, whichever are more. An empty instance is kept for twice the time that replacing it takes. */
export function planInstances(
  tasks: number,
  sample: Sample,
  settings: ScalingSettings,
  state: ControllerState | undefined,
  now: number,
): InstancePlan {
  const { tasksPerInstance, bootSeconds, taskStartSeconds } = settings;
  const emptySince = trackEmpty(sample.instances, state?.emptySince ?? [], now);
  // With a factor of 1 instances cost less, but many jobs were late on a list with a burst every six minutes: docs/scaling-results.md.
  const keptMilliseconds = 2 * (bootSeconds + taskStartSeconds) * 1_000;
  const minSize = Math.ceil(Math.max(tasks, sample.runningTasks) / tasksPerInstance);
  const surplus = Math.max(0, (sample.instances?.length ?? 0) - minSize);
  const emptyLongEnough = emptySince.filter(([, since]) => now - since >= keptMilliseconds).map(([id]) => id);
  return { minSize, terminate: emptyLongEnough.slice(0, surplus), emptySince };
}

/** If the instances could not be read, none counts as empty, and their empty times start again from zero. */
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

/** Limits the stored state. A further empty instance is tracked when a tracked one is no longer empty. */
const mostTracked = 40;
