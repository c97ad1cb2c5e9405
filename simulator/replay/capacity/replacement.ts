import { deploymentBounds } from "../../model/capacity/deployment.ts";
import type { Host } from "./host-group.ts";

export interface PlacedTask {
  host: Host;
  /** When it comes to run; undefined once it does. */
  runsAt: number | undefined;
  /** Its number among the workers; -1 until it runs. */
  worker: number;
  /** Of a revision that a deployment replaces. */
  isOld: boolean;
}

/** A service's tasks and its wish, while some of them are to be replaced. */
export interface Replaced {
  waiting: number;
  placed: readonly PlacedTask[];
  desired: number;
  bounds: { minimumHealthyPercent: number; maximumPercent: number };
}

/** What the scheduler does next: so many of the waiting given up, these stopped, so many new ones. */
export interface Replacement {
  giveUp: number;
  stop: readonly PlacedTask[];
  start: number;
}

/** Tasks of an old revision, and those on an instance that drains, are replaced. */
export function isOutdated({ isOld, host }: PlacedTask): boolean {
  return isOld || host.leavesAt !== undefined;
}

/** `planTasks` of the model for alike tasks: outdated ones stop as far as enough run without them; whoever works stops later. */
export function planReplacement(
  { waiting, placed, desired, bounds }: Replaced,
  isIdle: (task: PlacedTask) => boolean,
): Replacement {
  const { healthyMinimum, totalMaximum } = deploymentBounds(desired, bounds);
  const current = placed.filter((task) => !isOutdated(task));
  const outdated = placed.filter(isOutdated);
  const surplus = Math.max(0, waiting + current.length - desired);
  const giveUp = Math.min(surplus, waiting);
  const superfluous = chooseStops(current, surplus - giveUp, isIdle);
  const starting = outdated.filter(({ runsAt }) => runsAt !== undefined).length;
  const healthy = placed.filter((task) => task.runsAt === undefined && !superfluous.includes(task)).length;
  const stop = [...superfluous, ...chooseStops(outdated, starting + Math.max(0, healthy - healthyMinimum), isIdle)];
  const missing = Math.max(0, desired - waiting - current.length);
  const left = waiting - giveUp + placed.length - stop.length;
  return { giveUp, stop, start: Math.max(0, Math.min(missing, totalMaximum - left)) };
}

/** Those that start, the newest first; then idle ones where most is free, the first of equals. */
export function chooseStops(
  candidates: readonly PlacedTask[],
  count: number,
  isIdle: (task: PlacedTask) => boolean,
): PlacedTask[] {
  const stops = candidates
    .filter(({ runsAt }) => runsAt !== undefined)
    .reverse()
    .slice(0, Math.max(0, count));
  if (stops.length >= count) return stops;
  const running = new Set(candidates.filter((task) => task.runsAt === undefined && isIdle(task)));
  const takenFrom = new Map<Host, number>();
  const take = ({ host }: PlacedTask) => takenFrom.set(host, (takenFrom.get(host) ?? 0) + 1);
  for (const task of stops) take(task);
  const tasksLeft = ({ host }: PlacedTask) => host.tasks - (takenFrom.get(host) ?? 0);
  while (stops.length < count && running.size > 0) {
    let best: PlacedTask | undefined;
    for (const task of running) if (best === undefined || tasksLeft(task) < tasksLeft(best)) best = task;
    if (!best) break;
    stops.push(best);
    take(best);
    running.delete(best);
  }
  return stops;
}
