import type { Decision } from "./decide.ts";

/** One AWS call that applies a decision. No action changes MaxCapacity: if a controller set it too low and then failed, no scale-out would be possible. */
export type ScalingAction =
  /** RegisterScalableTarget with MinCapacity. Application Auto Scaling raises a lower desired count to it at once. */
  | { kind: "set-min-capacity"; tasks: number }
  /** UpdateService with desiredCount. */
  | { kind: "set-desired-count"; tasks: number }
  /** UpdateAutoScalingGroup with MinSize. */
  | { kind: "set-min-size"; instances: number }
  /** TerminateInstanceInAutoScalingGroup for each id, unless a task was placed on it after the sample. */
  | { kind: "terminate-instances"; ids: readonly string[] };

/** The part of a decision that is applied on AWS. */
export type DesiredCapacity = Pick<Decision, "tasks" | "minSize" | "terminateInstances">;

/** Capacity settings on AWS now; undefined where they could not be read. */
export interface CurrentCapacity {
  desiredTasks: number;
  /** MinCapacity of the scalable target. */
  minCapacity: number | undefined;
  /** MinSize of the Auto Scaling group. */
  minSize: number | undefined;
}

export interface ControlMode {
  /** steering: the controller sets the desired count. tracking: target tracking does, by the published NeedPercent. */
  kind: "steering" | "tracking";
  /** In steering mode: whether the controller also sets MinSize and terminates empty instances. Config key instanceFloor. */
  scalesInstances: boolean;
}

/**
 * One action for each value that differs from AWS's current one, in the order of execution. A mode resets the values that it
 * does not use: MinCapacity to `minTasks`, MinSize to 0. A value that could not be read is not changed.
 */
export function planActions(
  desired: DesiredCapacity,
  current: CurrentCapacity,
  minTasks: number,
  mode: ControlMode,
): readonly ScalingAction[] {
  const isSteering = mode.kind === "steering";
  const scalesInstances = isSteering && mode.scalesInstances;
  return [
    ...taskActions(desired.tasks, current, minTasks, isSteering),
    ...instanceActions(desired, current, scalesInstances),
  ];
}

/** MinCapacity is set first. To scale out, this is enough. To scale in, it must fall first, or AWS raises the desired count again. */
function taskActions(
  tasks: number,
  { desiredTasks, minCapacity }: CurrentCapacity,
  minTasks: number,
  isSteering: boolean,
): ScalingAction[] {
  if (minCapacity === undefined) return [];
  const minimum = isSteering ? tasks : minTasks;
  // Something else may have lowered the desired count. Setting the same MinCapacity again makes AWS raise it.
  const isBelow = isSteering && desiredTasks < tasks;
  return [
    ...(minCapacity !== minimum || isBelow ? [{ kind: "set-min-capacity", tasks: minimum } as const] : []),
    ...(isSteering && desiredTasks > tasks ? [{ kind: "set-desired-count", tasks } as const] : []),
  ];
}

function instanceActions(
  desired: DesiredCapacity,
  { minSize }: CurrentCapacity,
  scalesInstances: boolean,
): ScalingAction[] {
  if (minSize === undefined) return [];
  const instances = scalesInstances ? desired.minSize : 0;
  const ids = scalesInstances ? desired.terminateInstances : [];
  return [
    ...(minSize !== instances ? [{ kind: "set-min-size", instances } as const] : []),
    ...(ids.length > 0 ? [{ kind: "terminate-instances", ids } as const] : []),
  ];
}
