import { chooseVictims, type Surroundings } from "./choose-victims.ts";
import { deploymentBounds } from "./deployment.ts";
import type { Placement } from "./place-tasks.ts";
import { isWanted, type Task } from "./task.ts";

/** What a service does next: so many new tasks of its revision, and an end for these. */
export interface Plan {
  start: number;
  stop: Task[];
}

export interface PlanSettings {
  strategy: readonly Placement[];
  minimumHealthyPercent: number;
  maximumPercent: number;
}

/**
 * Compares the tasks with what is desired. Tasks of another revision, and those on draining instances, are replaced
 * within the bounds of a deployment; both rules are AWS's: DG/deployment-type-ecs, DG/container-instance-draining.
 */
export function planTasks(
  tasks: readonly Task[],
  wish: { desired: number; revision: number },
  surroundings: Surroundings,
  settings: PlanSettings,
  now: number,
): Plan {
  const wanted = tasks.filter(isWanted);
  const draining = new Set(surroundings.instances.filter(({ state }) => state === "draining").map(({ id }) => id));
  const stays = (task: Task) => task.revision === wish.revision && !draining.has(task.instanceId ?? "");
  const current = wanted.filter(stays);
  const outdated = wanted.filter((task) => !stays(task));
  const missing = Math.max(0, wish.desired - current.length);
  const choose = (candidates: readonly Task[], count: number) =>
    chooseVictims(tasks, candidates, count, surroundings, settings.strategy, now);

  const surplus = choose(current, current.length - wish.desired);
  if (outdated.length === 0) return { start: missing, stop: surplus };

  const { healthyMinimum, totalMaximum } = deploymentBounds(wish.desired, settings);
  const idle = outdated.filter(({ state }) => state !== "running");
  const healthy = [...current, ...outdated].filter((task) => task.state === "running" && !surplus.includes(task));
  const replaced = choose(outdated, idle.length + Math.max(0, healthy.length - healthyMinimum));
  const stop = [...surplus, ...replaced];
  return { start: Math.max(0, Math.min(missing, totalMaximum - (wanted.length - stop.length))), stop };
}
