import { chooseVictims, type StopRules } from "./choose-victims.ts";
import { type DeploymentLimits, deploymentBounds } from "./deployment.ts";
import type { Task } from "./task.ts";

/** The next step of a service: the number of new tasks of its revision, and the tasks to stop. */
export interface Plan {
  start: number;
  stop: readonly Task[];
}

export type PlanSettings = StopRules & DeploymentLimits;

/**
 * Compares the tasks with what is desired. Tasks of another revision, and those on draining instances, are replaced
 * within the bounds of a deployment; both rules are AWS's: DG/deployment-type-ecs, DG/container-instance-draining.
 */
export function planTasks(
  tasks: readonly Task[],
  { desired, revision }: { desired: number; revision: number },
  settings: PlanSettings,
  now: number,
): Plan {
  const current = countCurrent(tasks, revision);
  const choose = (candidates: readonly Task[], count: number) => chooseVictims(tasks, candidates, count, settings, now);
  const wanted = current === tasks.length ? tasks : tasks.filter(({ state }) => state !== "stopping");
  if (wanted.length === current) {
    return { start: Math.max(0, desired - current), stop: choose(wanted, current - desired) };
  }

  const outdated = wanted.filter((task) => isOutdated(task, revision));
  const surplus = choose(
    wanted.filter((task) => !isOutdated(task, revision)),
    current - desired,
  );
  const { healthyMinimum, totalMaximum } = deploymentBounds(desired, settings);
  const idle = outdated.filter(({ state }) => state !== "running").length;
  const healthy = wanted.filter((task) => task.state === "running" && !surplus.includes(task)).length;
  const stop = [...surplus, ...choose(outdated, idle + Math.max(0, healthy - healthyMinimum))];
  const missing = Math.max(0, desired - current);
  return { start: Math.max(0, Math.min(missing, totalMaximum - (wanted.length - stop.length))), stop };
}

/** How many tasks are neither stopping nor to be replaced. */
export function countCurrent(tasks: readonly Task[], revision: number): number {
  let count = 0;
  for (const task of tasks) if (task.state !== "stopping" && !isOutdated(task, revision)) count += 1;
  return count;
}

function isOutdated(task: Task, revision: number): boolean {
  return task.revision !== revision || task.instance?.state === "draining";
}
