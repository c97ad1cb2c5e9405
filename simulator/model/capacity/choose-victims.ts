import type { Instance } from "./instance.ts";
import type { Placement } from "./place-tasks.ts";
import type { Task } from "./task.ts";

export interface StopRules {
  strategy: readonly Placement[];
  /** True for a task that the scheduler may not stop. */
  isProtected(task: Task, now: number): boolean;
}

/**
 * The candidates that a service stops: waiting tasks, then starting ones, then running ones by placement. What a task is
 * doing plays no part. Protected tasks are never chosen, so there may be fewer victims than asked for.
 */
export function chooseVictims(
  tasks: readonly Task[],
  candidates: readonly Task[],
  count: number,
  { strategy, isProtected }: StopRules,
  now: number,
): Task[] {
  if (count <= 0) return [];
  const free = candidates.filter((task) => !isProtected(task, now));
  const victims = [...newestFirst(free, "provisioning"), ...newestFirst(free, "pending")].slice(0, count);
  const running = new Set(free.filter(({ state }) => state === "running"));
  if (victims.length + running.size <= count) return [...victims, ...running];
  const places = placesOf(tasks);
  for (const victim of victims) vacate(places, victim);
  const ranks = ranksFor(strategy);
  while (victims.length < count && running.size > 0) {
    const victim = mostPlaced(running, places, ranks);
    if (!victim) break;
    running.delete(victim);
    vacate(places, victim);
    victims.push(victim);
  }
  return victims;
}

function newestFirst(tasks: readonly Task[], state: Task["state"]): Task[] {
  return tasks.filter((task) => task.state === state).reverse();
}

/** An instance as it is without the victims: what is free, and how many of the service's tasks run there and in its zone. */
interface Place {
  freeCpu: number;
  freeMemory: number;
  running: number;
  zone: { running: number };
}

type Places = Map<Instance | undefined, Place>;

function placesOf(tasks: readonly Task[]): Places {
  const zones = new Map<string, Place["zone"]>();
  const places: Places = new Map();
  for (const { instance, state } of tasks) {
    if (!instance) continue;
    const zone = zones.get(instance.availabilityZone) ?? { running: 0 };
    const { cpuUnits: freeCpu, memoryMebibytes: freeMemory } = instance.free;
    const place = places.get(instance) ?? { freeCpu, freeMemory, running: 0, zone };
    if (state === "running") {
      place.running += 1;
      zone.running += 1;
    }
    zones.set(instance.availabilityZone, zone);
    places.set(instance, place);
  }
  return places;
}

function vacate(places: Places, { instance, size, state }: Task): void {
  const place = places.get(instance);
  if (!place) return;
  place.freeCpu += size.cpuUnits;
  place.freeMemory += size.memoryMebibytes;
  if (state !== "running") return;
  place.running -= 1;
  place.zone.running -= 1;
}

type Rank = (place: Place, task: Task) => number;

const inZone: Rank = ({ zone }) => zone.running;
const onInstance: Rank = ({ running }) => running;

/** The highest goes first. Binpack empties the instance that would have most left once the task is gone. */
function ranksFor(strategy: readonly Placement[]): Rank[] {
  if (strategy.length === 0) return [inZone, onInstance];
  const ranks = strategy.map((placement): Rank => {
    if (placement.type === "spread") return inZone;
    if (placement.by === "cpu") return ({ freeCpu }, { size }) => freeCpu + size.cpuUnits;
    return ({ freeMemory }, { size }) => freeMemory + size.memoryMebibytes;
  });
  return strategy.some(({ type }) => type === "binpack") ? ranks : [...ranks, onInstance];
}

/** The first of the list among equals: AWS says nothing about ties. */
function mostPlaced(running: Iterable<Task>, places: Places, ranks: readonly Rank[]): Task | undefined {
  let best: Task | undefined;
  let bestPlace: Place | undefined;
  for (const task of running) {
    const place = places.get(task.instance);
    if (!place || (best && bestPlace && !isHigher(place, task, bestPlace, best, ranks))) continue;
    best = task;
    bestPlace = place;
  }
  return best;
}

function isHigher(place: Place, task: Task, otherPlace: Place, other: Task, ranks: readonly Rank[]): boolean {
  for (const rank of ranks) {
    const difference = rank(place, task) - rank(otherPlace, other);
    if (difference !== 0) return difference > 0;
  }
  return false;
}
