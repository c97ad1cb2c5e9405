import { fits, type Instance, type Size } from "./instance.ts";

/** A placement strategy of an ECS service; several apply in order, the later one breaking the ties of the earlier. */
export type Placement = { type: "spread"; by: "availability-zone" } | { type: "binpack"; by: "cpu" | "memory" };

/** The registered instance that a task of this size is placed on, the first among equals; undefined without room. */
export function findRoom(
  instances: readonly Instance[],
  size: Size,
  strategy: readonly Placement[],
): Instance | undefined {
  const ranks = strategy.map((placement) => rankOf(placement, instances));
  let best: Instance | undefined;
  for (const instance of instances) {
    if (instance.state !== "registered" || !fits(size, instance.free)) continue;
    if (best === undefined || compare(instance, best, ranks) < 0) best = instance;
  }
  return best;
}

type Rank = (instance: Instance) => number;

/** The lowest goes first: the emptiest zone, or the instance with the least left. */
function rankOf(placement: Placement, instances: readonly Instance[]): Rank {
  if (placement.type === "binpack") {
    return placement.by === "cpu" ? ({ free }) => free.cpuUnits : ({ free }) => free.memoryMebibytes;
  }
  const tasks = new Map<string, number>();
  for (const one of instances) tasks.set(one.availabilityZone, (tasks.get(one.availabilityZone) ?? 0) + one.tasks);
  return ({ availabilityZone }) => tasks.get(availabilityZone) ?? 0;
}

function compare(a: Instance, b: Instance, ranks: readonly Rank[]): number {
  for (const rank of ranks) {
    const difference = rank(a) - rank(b);
    if (difference !== 0) return difference;
  }
  return 0;
}
