import type { Decision } from "./decide.ts";

/** What a decision does to AWS, in this order. Application Auto Scaling's most tasks are nobody's to move here: a ceiling stuck low would defeat every rescue. */
export type ScalingAction =
  /** RegisterScalableTarget MinCapacity. */
  | { kind: "set-floor"; tasks: number }
  /** UpdateService desiredCount. */
  | { kind: "set-desired"; tasks: number }
  /** UpdateAutoScalingGroup MinSize. */
  | { kind: "set-instance-floor"; instances: number }
  /** TerminateInstanceInAutoScalingGroup with its desired capacity, unless a task has come to one since. */
  | { kind: "release-instances"; ids: readonly string[] };

/** What of a decision is done to AWS. */
export type Wish = Pick<Decision, "tasks" | "instanceFloor" | "releaseInstances">;

export interface Observed {
  desiredTasks: number;
  /** MinCapacity as it is registered. */
  floorTasks: number;
  /** MinSize as it is set. */
  instanceFloor: number;
}

export interface ScalingMode {
  /** Steering moves the service; tracking leaves that to target tracking on what is published. */
  kind: "steering" | "tracking";
  /** Whether instances are ordered ahead and given back too. */
  movesInstances: boolean;
}

/** Only what has to change. Whatever another mode left behind is put back, so that a change of mode leaves nothing stuck. */
export function planActions(
  wish: Wish,
  observed: Observed,
  minTasks: number,
  mode: ScalingMode,
): readonly ScalingAction[] {
  const steers = mode.kind === "steering";
  const movesInstances = steers && mode.movesInstances;
  return [...planTasks(wish.tasks, observed, minTasks, steers), ...planInstances(wish, observed, movesInstances)];
}

/** The floor moves first: it lifts the service by itself, and a count below it would be lifted again. */
function planTasks(tasks: number, observed: Observed, minTasks: number, steers: boolean): ScalingAction[] {
  const floor = steers ? tasks : minTasks;
  const isBelow = steers && observed.desiredTasks < tasks;
  return [
    ...(observed.floorTasks !== floor || isBelow ? [{ kind: "set-floor", tasks: floor } as const] : []),
    ...(steers && observed.desiredTasks > tasks ? [{ kind: "set-desired", tasks } as const] : []),
  ];
}

function planInstances(wish: Wish, observed: Observed, movesInstances: boolean): ScalingAction[] {
  const instances = movesInstances ? wish.instanceFloor : 0;
  const ids = movesInstances ? wish.releaseInstances : [];
  return [
    ...(observed.instanceFloor !== instances ? [{ kind: "set-instance-floor", instances } as const] : []),
    ...(ids.length > 0 ? [{ kind: "release-instances", ids } as const] : []),
  ];
}
