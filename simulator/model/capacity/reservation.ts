import { fits, type Instance, type Room, takeRoom } from "./instance.ts";
import type { Task } from "./task.ts";

/** `CapacityProviderReservation`: the instances that the tasks need (M) over those there are (N), in percent. */
export interface Reservation {
  neededInstances: number;
  instances: number;
  percent: number;
}

export interface ReservationSettings {
  /** Resources of one instance of the group, from which the number of new instances follows. */
  room: Room;
  targetCapacityPercent: number;
  reservationFromZeroPercent: number;
  reservationWhenIdlePercent: number;
}

/** The reservation as the capacity provider measures it each minute. N counts registered instances that do not drain. */
export function measureReservation(
  instances: readonly Instance[],
  tasks: readonly Task[],
  settings: ReservationSettings,
): Reservation {
  const registered = instances.filter(({ state }) => state === "registered");
  const waiting = tasks.filter(({ state }) => state === "provisioning");
  // A task that does not fit an empty instance waits in vain: no new instance helps it.
  const fitting = waiting.filter(({ size }) => fits(size, settings.room));
  const { additional, used } = pack(fitting, registered, settings.room);

  const count = registered.length;
  if (waiting.length > fitting.length && additional === 0) {
    return { neededInstances: count, instances: count, percent: settings.targetCapacityPercent };
  }
  const needed = additional > 0 ? count + additional : used;
  return { neededInstances: needed, instances: count, percent: percentOf(needed, count, settings) };
}

function percentOf(needed: number, count: number, settings: ReservationSettings): number {
  if (count > 0) return (needed / count) * 100;
  return needed > 0 ? settings.reservationFromZeroPercent : settings.reservationWhenIdlePercent;
}

/** First fit into the room there is, then into as many new instances as it takes. */
function pack(
  waiting: readonly Task[],
  instances: readonly Instance[],
  room: Room,
): { additional: number; used: number } {
  const places = instances.map(({ free, tasks }) => ({ free: { ...free }, isUsed: tasks > 0 }));
  let last: Task | undefined;
  let from = 0;
  for (const task of waiting) {
    // Equal tasks go into the place of the last one or a later one, so one pass serves a whole group of them.
    if (last?.size.cpuUnits !== task.size.cpuUnits || last.size.memoryMebibytes !== task.size.memoryMebibytes) from = 0;
    last = task;
    while (!hasRoom(places[from], task)) from += 1;
    const place = places[from] ?? { free: { ...room }, isUsed: true };
    places[from] = place;
    takeRoom(place, task.size);
    place.isUsed = true;
  }
  return { additional: places.length - instances.length, used: places.filter(({ isUsed }) => isUsed).length };
}

/** A new instance has room: only waiting tasks that fit one are packed. */
function hasRoom(place: { free: Room } | undefined, { size }: Task): boolean {
  return place === undefined || fits(size, place.free);
}
