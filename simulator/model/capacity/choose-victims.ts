import type { Instance } from "./instance.ts";
import { freeRooms, type Placement } from "./place-tasks.ts";
import type { Task } from "./task.ts";
import { isProtected } from "./task-protection.ts";

/** Where the tasks of a service run, and beside what. */
export interface Surroundings {
  instances: readonly Instance[];
  /** Tasks of other services on the same instances. */
  otherTasks: readonly Task[];
}

/**
 * The tasks a service stops when it has too many: the waiting, the starting, then by placement the running.
 * What a task is doing plays no part; protected ones are never chosen, so there may be fewer than asked for.
 */
export function chooseVictims(
  tasks: readonly Task[],
  candidates: readonly Task[],
  count: number,
  { instances, otherTasks }: Surroundings,
  strategy: readonly Placement[],
  now: number,
): Task[] {
  const free = candidates.filter((task) => !isProtected(task, now));
  const victims = [...newestFirst(free, "provisioning"), ...newestFirst(free, "pending")].slice(0, Math.max(0, count));

  const running = free.filter(({ state }) => state === "running");
  let left = tasks.filter((task) => !victims.includes(task));
  while (victims.length < count && running.length > 0) {
    const index = mostPlaced(running, describe(instances, [...left, ...otherTasks], left), strategy);
    const [victim] = running.splice(index, 1);
    if (!victim) break;
    victims.push(victim);
    left = left.filter((task) => task !== victim);
  }
  return victims;
}

function newestFirst(tasks: readonly Task[], state: Task["state"]): Task[] {
  return tasks.filter((task) => task.state === state).reverse();
}

type Describe = (task: Task) => { inZone: number; onInstance: number; freeCpu: number; freeMemory: number };

function describe(instances: readonly Instance[], all: readonly Task[], own: readonly Task[]): Describe {
  const rooms = freeRooms(instances, all);
  const zoneOf = new Map(instances.map(({ id, availabilityZone }) => [id, availabilityZone]));
  const running = own.filter(({ state }) => state === "running");
  const perInstance = countBy(running, ({ instanceId }) => instanceId ?? "");
  const perZone = countBy(running, ({ instanceId }) => zoneOf.get(instanceId ?? "") ?? "");
  return ({ instanceId = "" }) => ({
    inZone: perZone.get(zoneOf.get(instanceId) ?? "") ?? 0,
    onInstance: perInstance.get(instanceId) ?? 0,
    freeCpu: rooms.get(instanceId)?.cpuUnits ?? 0,
    freeMemory: rooms.get(instanceId)?.memoryMebibytes ?? 0,
  });
}

/** Ties go to the first of the list: AWS says nothing about them. */
function mostPlaced(tasks: readonly Task[], describeTask: Describe, strategy: readonly Placement[]): number {
  let chosen = 0;
  let highest: number[] = [];
  for (const [index, task] of tasks.entries()) {
    const ranks = ranksOf(task, describeTask(task), strategy);
    if (index > 0 && compare(ranks, highest) <= 0) continue;
    chosen = index;
    highest = ranks;
  }
  return chosen;
}

/** The highest goes first. Binpack empties the instance that would have most left once the task is gone. */
function ranksOf(task: Task, place: ReturnType<Describe>, strategy: readonly Placement[]): number[] {
  const { inZone, onInstance, freeCpu, freeMemory } = place;
  if (strategy.length === 0) return [inZone, onInstance];
  const ranks = strategy.map((placement) => {
    if (placement.type === "spread") return inZone;
    return placement.by === "cpu" ? freeCpu + task.size.cpuUnits : freeMemory + task.size.memoryMebibytes;
  });
  return strategy.some(({ type }) => type === "binpack") ? ranks : [...ranks, onInstance];
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, rank] of a.entries()) {
    const difference = rank - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function countBy(tasks: readonly Task[], key: (task: Task) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const task of tasks) counts.set(key(task), (counts.get(key(task)) ?? 0) + 1);
  return counts;
}
