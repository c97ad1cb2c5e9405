import type { Instance } from "./instance.ts";
import { fits, type Room, type Size, take } from "./size.ts";
import { holdsRoom, type Task } from "./task.ts";

/** A placement strategy of an ECS service; several apply in order, the later one breaking the ties of the earlier. */
export type Placement = { type: "spread"; by: "availability-zone" } | { type: "binpack"; by: "cpu" | "memory" };

/** Where a task was put; a task without a site found no room. */
export interface Placed {
  taskId: string;
  instanceId: string;
}

/** Gives waiting tasks to instances with room, first come first served; tasks that fit nowhere are left out. */
export function placeTasks(
  waiting: readonly Pick<Task, "id" | "size">[],
  instances: readonly Instance[],
  tasks: readonly Task[],
  strategy: readonly Placement[],
): Placed[] {
  const sites = sitesOf(instances, tasks);
  const zones = countByZone(instances, tasks);

  const placed: Placed[] = [];
  for (const task of waiting) {
    const site = best(sites, task.size, strategy, zones);
    if (!site) continue;
    site.free = take(site.free, task.size);
    zones.set(site.zone, (zones.get(site.zone) ?? 0) + 1);
    placed.push({ taskId: task.id, instanceId: site.instanceId });
  }
  return placed;
}

/** What is free on each instance once its tasks are taken off. */
export function freeRooms(instances: readonly Instance[], tasks: readonly Task[]): Map<string, Room> {
  const rooms = new Map(instances.map(({ id, room }) => [id, room]));
  for (const task of tasks) {
    const room = task.instanceId === undefined ? undefined : rooms.get(task.instanceId);
    if (room && task.instanceId !== undefined && holdsRoom(task)) rooms.set(task.instanceId, take(room, task.size));
  }
  return rooms;
}

interface Site {
  instanceId: string;
  zone: string;
  free: Room;
}

/** Booting and draining instances take no tasks, so they are no sites. */
function sitesOf(instances: readonly Instance[], tasks: readonly Task[]): Site[] {
  const rooms = freeRooms(instances, tasks);
  return instances
    .filter(({ state }) => state === "registered")
    .map(({ id, availabilityZone, room }) => ({ instanceId: id, zone: availabilityZone, free: rooms.get(id) ?? room }));
}

function countByZone(instances: readonly Instance[], tasks: readonly Task[]): Map<string, number> {
  const zoneOf = new Map(instances.map(({ id, availabilityZone }) => [id, availabilityZone]));
  const zones = new Map<string, number>();
  for (const { instanceId } of tasks.filter(holdsRoom)) {
    const zone = zoneOf.get(instanceId ?? "");
    if (zone !== undefined) zones.set(zone, (zones.get(zone) ?? 0) + 1);
  }
  return zones;
}

function best(sites: Site[], size: Size, strategy: readonly Placement[], zones: Map<string, number>): Site | undefined {
  let chosen: Site | undefined;
  for (const site of sites) {
    if (!fits(size, site.free)) continue;
    if (!chosen || compare(site, chosen, strategy, zones) < 0) chosen = site;
  }
  return chosen;
}

function compare(a: Site, b: Site, strategy: readonly Placement[], zones: Map<string, number>): number {
  for (const placement of strategy) {
    const difference = rank(a, placement, zones) - rank(b, placement, zones);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The lowest goes first: the emptiest zone, or the instance with the least left. */
function rank(site: Site, placement: Placement, zones: Map<string, number>): number {
  if (placement.type === "spread") return zones.get(site.zone) ?? 0;
  return placement.by === "cpu" ? site.free.cpuUnits : site.free.memoryMebibytes;
}
