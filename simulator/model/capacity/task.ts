import type { Size } from "./size.ts";

/**
 * A task of an ECS service. It waits for room as `provisioning`, starts as `pending`, works as `running` and winds
 * down as `stopping`; a stopped task is no longer there. From `pending` to `stopping` it holds room on its instance.
 */
export interface Task {
  id: string;
  size: Size;
  /** Which task definition it runs; a deployment replaces lower ones. */
  revision: number;
  state: "provisioning" | "pending" | "running" | "stopping";
  /** When it came into its state. */
  since: number;
  /** When it goes on by itself: `pending` to `running`, `stopping` to stopped. */
  until?: number;
  instanceId?: string;
  protectedUntil?: number;
}

/** True while the task takes room on an instance. */
export function holdsRoom(task: Task): boolean {
  return task.state !== "provisioning" && task.instanceId !== undefined;
}

/** True while the task counts towards what its service wants to have. */
export function isWanted(task: Task): boolean {
  return task.state !== "stopping";
}
