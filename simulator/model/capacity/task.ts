import type { Instance, Size } from "./instance.ts";
import { defaults } from "./parameters.ts";

/**
 * A task of an ECS service. It waits for room as `provisioning`, starts as `pending`, works as `running` and winds
 * down as `stopping`. From `pending` to `stopping` it holds room on its instance.
 */
export interface Task {
  id: string;
  readonly size: Size;
  /** Which task definition it runs; a deployment replaces the others. */
  readonly revision: number;
  state: "provisioning" | "pending" | "running" | "stopping" | "stopped";
  /** When it came into its state. */
  since: number;
  /** When it goes on by itself: `pending` to `running`, `stopping` to `stopped`. */
  until: number | undefined;
  instance: Instance | undefined;
  protectedUntil: number | undefined;
}

/** `TASK_NOT_VALID`: no such task, or it does not run. `DEPLOYMENT_BLOCKED`: more would be protected than desired. */
export type ProtectionRefusal = "TASK_NOT_VALID" | "DEPLOYMENT_BLOCKED" | "InvalidParameterException";

/** Protects a task from being stopped for so many minutes. Returns why not, if that is refused. */
export function protectTask(
  tasks: readonly Task[],
  taskId: string,
  desired: number,
  now: number,
  minutes: number = defaults.protectionDefaultMinutes,
): ProtectionRefusal | undefined {
  const { protectionMinimumMinutes, protectionMaximumMinutes } = defaults;
  if (!Number.isInteger(minutes) || minutes < protectionMinimumMinutes || minutes > protectionMaximumMinutes) {
    return "InvalidParameterException";
  }
  const found = tasks.find(({ id, state }) => id === taskId && state === "running");
  if (!found) return "TASK_NOT_VALID";
  const others = tasks.filter((task) => task !== found && task.state !== "stopping" && isProtected(task, now));
  if (others.length + 1 > desired) return "DEPLOYMENT_BLOCKED";
  found.protectedUntil = now + minutes * 60_000;
  return undefined;
}

/** True until the protection runs out. */
export function isProtected({ protectedUntil }: Task, now: number): boolean {
  return protectedUntil !== undefined && protectedUntil > now;
}
