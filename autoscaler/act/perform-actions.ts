import { AppError, asError } from "../../runtime/errors.ts";
import type { ContainerInstance } from "../collect/list-instances.ts";
import type { ScalingAction } from "../decide/plan-actions.ts";

/** The AWS calls that change capacity. */
export interface ScalingClient {
  /** Sets MinCapacity of the scalable target. Application Auto Scaling raises a lower desired count to it at once. */
  setMinCapacity(tasks: number): Promise<void>;
  /** Sets the desired count of the ECS service. */
  setDesiredCount(tasks: number): Promise<void>;
  /** Sets MinSize of the Auto Scaling group. A smaller group is raised to it at once. */
  setMinSize(instances: number): Promise<void>;
  /** Terminates those of the instances that are still empty, and returns their ids. */
  terminateInstances(instances: readonly ContainerInstance[]): Promise<readonly string[]>;
}

export interface ActionOutcome {
  action: ScalingAction;
  /** Undefined if the action succeeded. */
  error: string | undefined;
}

/**
 * Performs the actions in order. A failed action does not stop those after it; the next tick plans anew and so retries it.
 * But if MinCapacity could not be set, the desired count is not lowered: AWS would raise it again.
 * @param instances all instances of the sample; terminate-instances refers to them by id
 */
export async function performActions(
  client: ScalingClient,
  actions: readonly ScalingAction[],
  instances: readonly ContainerInstance[],
): Promise<ActionOutcome[]> {
  const outcomes: ActionOutcome[] = [];
  for (const action of actions) {
    const isPointless = action.kind === "set-desired-count" && outcomes.some(isFailedMinCapacity);
    const error = isPointless ? "skipped: MinCapacity was not changed" : await errorOf(call(client, action, instances));
    outcomes.push({ action, error });
  }
  return outcomes;
}

function isFailedMinCapacity({ action, error }: ActionOutcome): boolean {
  return action.kind === "set-min-capacity" && error !== undefined;
}

/** The message with which the promise rejects; undefined if it does not. */
function errorOf(promise: Promise<unknown>): Promise<string | undefined> {
  return promise.then(
    () => undefined,
    (error: unknown) => asError(error).message,
  );
}

async function call(
  client: ScalingClient,
  action: ScalingAction,
  instances: readonly ContainerInstance[],
): Promise<void> {
  switch (action.kind) {
    case "set-min-capacity":
      return client.setMinCapacity(action.tasks);
    case "set-desired-count":
      return client.setDesiredCount(action.tasks);
    case "set-min-size":
      return client.setMinSize(action.instances);
    case "terminate-instances":
      await client.terminateInstances(action.ids.map((id) => findInstance(instances, id)));
  }
}

function findInstance(instances: readonly ContainerInstance[], id: string): ContainerInstance {
  const found = instances.find((instance) => instance.id === id);
  if (!found) throw new AppError("instances", `expected an instance of the cluster; came ${id}`);
  return found;
}
