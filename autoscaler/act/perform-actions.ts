import { asError } from "../../runtime/errors.ts";
import type { ScalingAction } from "../decide/plan-actions.ts";

/** The controller's hands. */
export interface Hands {
  /** RegisterScalableTarget MinCapacity: a service below it is lifted at once. */
  setFloor(tasks: number): Promise<void>;
  /** UpdateService desiredCount. */
  setDesired(tasks: number): Promise<void>;
  /** UpdateAutoScalingGroup MinSize: a group below it is lifted at once. */
  setInstanceFloor(instances: number): Promise<void>;
  /** Ends instances that carry no task; returns those that have gone. */
  releaseInstances(ids: readonly string[]): Promise<readonly string[]>;
}

export interface ActionOutcome {
  action: ScalingAction;
  /** Undefined when it came about. */
  error: string | undefined;
}

/**
 * Performs what was planned, in order. What fails is told and tried again by the next tick, which looks anew; what follows
 * it still happens, but for a count of tasks whose floor could not be moved: AWS would lift it again.
 */
export async function performActions(hands: Hands, actions: readonly ScalingAction[]): Promise<ActionOutcome[]> {
  const outcomes: ActionOutcome[] = [];
  for (const action of actions) {
    const isPointless = action.kind === "set-desired" && outcomes.some(failedFloor);
    outcomes.push(isPointless ? { action, error: "the floor could not be moved" } : await perform(hands, action));
  }
  return outcomes;
}

function failedFloor({ action, error }: ActionOutcome): boolean {
  return action.kind === "set-floor" && error !== undefined;
}

async function perform(hands: Hands, action: ScalingAction): Promise<ActionOutcome> {
  try {
    await move(hands, action);
    return { action, error: undefined };
  } catch (error) {
    return { action, error: asError(error).message };
  }
}

async function move(hands: Hands, action: ScalingAction): Promise<void> {
  switch (action.kind) {
    case "set-floor":
      return hands.setFloor(action.tasks);
    case "set-desired":
      return hands.setDesired(action.tasks);
    case "set-instance-floor":
      return hands.setInstanceFloor(action.instances);
    case "release-instances":
      await hands.releaseInstances(action.ids);
  }
}
