import type { Instance } from "./instance.ts";
import { freeRooms } from "./place-tasks.ts";
import { fits, type Room, type Size, take } from "./size.ts";
import { holdsRoom, type Task } from "./task.ts";

/** `CapacityProviderReservation`: the instances the tasks need (M) over those there are (N), in percent. */
export interface Reservation {
  neededInstances: number;
  instances: number;
  percent: number;
}

export interface ReservationSettings {
  /** A task that does not fit the smallest type of the group waits for ever; the count is made with the largest. */
  smallestType: Room;
  largestType: Room;
  targetCapacityPercent: number;
  reservationFromZeroPercent: number;
  reservationWhenIdlePercent: number;
}

/** Looks at the cluster as the capacity provider does each minute. N is the registered instances that do not drain. */
export function measureReservation(
  instances: readonly Instance[],
  tasks: readonly Task[],
  settings: ReservationSettings,
): Reservation {
  const registered = instances.filter(({ state }) => state === "registered");
  const waiting = tasks.filter(({ state }) => state === "provisioning");
  const fitting = waiting.filter(({ size }) => fits(size, settings.smallestType));
  const { additional, used } = pack(fitting, registered, tasks, settings.largestType);

  const count = registered.length;
  if (waiting.length > fitting.length && additional === 0) {
    return { neededInstances: count, instances: count, percent: settings.targetCapacityPercent };
  }
  const needed = additional > 0 ? count + additional : used;
  return { neededInstances: needed, instances: count, percent: percentOf(needed, count, settings) };
}

/** The registered instances without a task, draining and booting ones apart. */
export function emptyInstances(instances: readonly Instance[], tasks: readonly Task[]): Instance[] {
  const occupied = new Set(tasks.filter(holdsRoom).map(({ instanceId }) => instanceId));
  return instances.filter(({ id, state }) => state === "registered" && !occupied.has(id));
}

function percentOf(needed: number, count: number, settings: ReservationSettings): number {
  if (count > 0) return (needed / count) * 100;
  return needed > 0 ? settings.reservationFromZeroPercent : settings.reservationWhenIdlePercent;
}

/** First fit into the room there is, then into as many new instances as it takes. */
function pack(
  waiting: readonly Task[],
  instances: readonly Instance[],
  tasks: readonly Task[],
  type: Room,
): { additional: number; used: number } {
  const free = [...freeRooms(instances, tasks).values()];
  const before = new Set(emptyInstances(instances, tasks).map(({ id }) => id));
  const isUsed = instances.map(({ id }) => !before.has(id));

  // Alike tasks go into the first room that took the last of them or a later one, so one pass serves a whole group.
  let size: Size | undefined;
  let from = 0;
  for (const task of waiting) {
    if (!size || !isSameSize(size, task.size)) from = 0;
    size = task.size;
    while (from < free.length && !fits(size, free[from] ?? nothing)) from += 1;
    free[from] = take(free[from] ?? type, size);
    isUsed[from] = true;
  }
  return { additional: free.length - instances.length, used: isUsed.filter(Boolean).length };
}

const nothing: Room = { cpuUnits: 0, memoryMebibytes: 0, slots: 0 };

function isSameSize(a: Size, b: Size): boolean {
  return a.cpuUnits === b.cpuUnits && a.memoryMebibytes === b.memoryMebibytes;
}
