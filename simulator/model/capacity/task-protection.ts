import { defaults } from "./parameters.ts";
import { isWanted, type Task } from "./task.ts";

export type ProtectionAnswer =
  | { accepted: true; tasks: Task[] }
  /** `TASK_NOT_VALID`: no such task, or it is not at work. `DEPLOYMENT_BLOCKED`: more would be protected than desired. */
  | { accepted: false; reason: "TASK_NOT_VALID" | "DEPLOYMENT_BLOCKED" | "InvalidParameterException" };

/** A task asks not to be stopped for so many minutes. */
export function protectTask(
  tasks: readonly Task[],
  taskId: string,
  desired: number,
  now: number,
  minutes: number = defaults.protectionDefaultMinutes,
): ProtectionAnswer {
  if (!isAllowed(minutes)) return { accepted: false, reason: "InvalidParameterException" };
  if (!tasks.some((task) => task.id === taskId && task.state === "running")) {
    return { accepted: false, reason: "TASK_NOT_VALID" };
  }
  const others = tasks.filter((task) => task.id !== taskId && isWanted(task) && isProtected(task, now));
  if (others.length + 1 > desired) return { accepted: false, reason: "DEPLOYMENT_BLOCKED" };

  return { accepted: true, tasks: change(tasks, taskId, { protectedUntil: now + minutes * 60_000 }) };
}

/** A task may be stopped again. */
export function unprotectTask(tasks: readonly Task[], taskId: string): Task[] {
  return change(tasks, taskId, { protectedUntil: undefined });
}

/** True until the protection runs out. */
export function isProtected(task: Task, now: number): boolean {
  return task.protectedUntil !== undefined && task.protectedUntil > now;
}

function isAllowed(minutes: number): boolean {
  const { protectionMinimumMinutes, protectionMaximumMinutes } = defaults;
  return Number.isInteger(minutes) && minutes >= protectionMinimumMinutes && minutes <= protectionMaximumMinutes;
}

function change(tasks: readonly Task[], taskId: string, changes: Partial<Task>): Task[] {
  return tasks.map((task) => (task.id === taskId ? { ...task, ...changes } : task));
}
