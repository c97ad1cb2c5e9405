import { bootMilliseconds } from "./boot-time.ts";
import type { Instance } from "./instance.ts";
import type { Room } from "./size.ts";
import { holdsRoom, type Task } from "./task.ts";

/** An Auto Scaling group: keeps as many instances as desired, between its bounds. */
export interface AutoScalingGroup {
  minimum: number;
  maximum: number;
  desired: number;
  instances: readonly Instance[];
  /** When each instance of the warm pool is ready, stopped and only to be started. */
  warmPool: readonly number[];
  nextInstanceNumber: number;
}

export interface GroupSettings {
  room: Room;
  availabilityZones: readonly [string, ...string[]];
  warmPoolSize: number;
  /** New instances are protected from scale-in, as managed termination protection requires. */
  protectsInstances: boolean;
  bootMedianMilliseconds: number;
  boot95thPercentileMilliseconds: number;
  warmPoolStartMilliseconds: number;
  /** How long termination waits for the tasks at most; 0 without managed draining. */
  drainTimeoutMilliseconds: number;
  spotWarningMilliseconds: number;
}

/** A group without instances. */
export function createGroup(minimum: number, maximum: number): AutoScalingGroup {
  return { minimum, maximum, desired: minimum, instances: [], warmPool: [], nextInstanceNumber: 1 };
}

/** Wants another number of instances, within the bounds. */
export function setGroupDesired(group: AutoScalingGroup, desired: number): AutoScalingGroup {
  return { ...group, desired: Math.min(group.maximum, Math.max(group.minimum, desired)) };
}

/** Sets the bounds; what is desired moves with them. */
export function setGroupBounds(group: AutoScalingGroup, minimum: number, maximum: number): AutoScalingGroup {
  return setGroupDesired({ ...group, minimum, maximum }, group.desired);
}

/** Takes the scale-in protection from instances. */
export function releaseInstances(group: AutoScalingGroup, ids: readonly string[]): AutoScalingGroup {
  const instances = group.instances.map((one) => (ids.includes(one.id) ? { ...one, isProtected: false } : one));
  return { ...group, instances };
}

/**
 * One look of the group: instances register or leave, missing ones are launched, superfluous ones drain.
 * `uniform` gives each instance by its number a number in [0, 1), from which its boot time is drawn.
 */
export function stepGroup(
  group: AutoScalingGroup,
  tasks: readonly Task[],
  settings: GroupSettings,
  uniform: (instanceNumber: number) => number,
  now: number,
): AutoScalingGroup {
  const settled = { ...group, instances: settle(group.instances, tasks, now) };
  const missing = settled.desired - settled.instances.filter(countsAsCapacity).length;
  const sized =
    missing < 0 ? terminate(settled, -missing, settings, now) : launch(settled, missing, settings, uniform, now);
  const refilled = refillWarmPool(sized, settings, uniform, now);
  return { ...refilled, instances: settle(refilled.instances, tasks, now) };
}

/** A draining instance leaves when its last task has ended; a Spot instance stays for its warning. */
function settle(instances: readonly Instance[], tasks: readonly Task[], now: number): Instance[] {
  const occupied = new Set(tasks.filter(holdsRoom).map(({ instanceId }) => instanceId));
  return instances
    .filter(({ id, leaves }) => !leaves || (leaves.at > now && (leaves.reason === "spot" || occupied.has(id))))
    .map((one) => (one.state === "booting" && one.registersAt <= now ? { ...one, state: "registered" } : one));
}

/** A Spot instance under warning still counts: the group replaces it once it is gone. */
function countsAsCapacity({ leaves }: Instance): boolean {
  return leaves?.reason !== "scale-in";
}

function launch(
  group: AutoScalingGroup,
  count: number,
  settings: GroupSettings,
  uniform: (instanceNumber: number) => number,
  now: number,
): AutoScalingGroup {
  const instances = [...group.instances];
  let warmPool = [...group.warmPool];
  let number = group.nextInstanceNumber;
  for (let index = 0; index < count; index++, number++) {
    const ready = warmPool.find((readyAt) => readyAt <= now);
    if (ready !== undefined) warmPool = warmPool.toSpliced(warmPool.indexOf(ready), 1);
    const start =
      ready !== undefined ? settings.warmPoolStartMilliseconds : bootMilliseconds(uniform(number), settings);
    instances.push({
      id: `i-${number}`,
      availabilityZone: emptiestZone(instances, settings.availabilityZones),
      room: settings.room,
      state: "booting",
      launchedAt: now,
      registersAt: now + start,
      isProtected: settings.protectsInstances,
    });
  }
  return { ...group, instances, warmPool, nextInstanceNumber: number };
}

/** From the fullest zone the oldest, protected ones never: the group stays too large rather. */
function terminate(group: AutoScalingGroup, count: number, settings: GroupSettings, now: number): AutoScalingGroup {
  let instances = [...group.instances];
  for (let left = count; left > 0; left--) {
    const victim = oldestOfFullestZone(
      instances.filter((one) => !one.isProtected && !one.leaves),
      instances,
    );
    if (!victim) break;
    const leaves = { reason: "scale-in" as const, at: now + settings.drainTimeoutMilliseconds };
    instances = instances.map((one) => (one === victim ? { ...one, state: "draining", leaves } : one));
  }
  return { ...group, instances };
}

function oldestOfFullestZone(candidates: readonly Instance[], instances: readonly Instance[]): Instance | undefined {
  const sizes = zoneSizes(instances);
  return candidates.toSorted(
    (a, b) =>
      (sizes.get(b.availabilityZone) ?? 0) - (sizes.get(a.availabilityZone) ?? 0) || a.launchedAt - b.launchedAt,
  )[0];
}

function emptiestZone(instances: readonly Instance[], zones: readonly [string, ...string[]]): string {
  const sizes = zoneSizes(instances);
  return zones.toSorted((a, b) => (sizes.get(a) ?? 0) - (sizes.get(b) ?? 0))[0] ?? zones[0];
}

function zoneSizes(instances: readonly Instance[]): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { availabilityZone, leaves } of instances) {
    if (!leaves) sizes.set(availabilityZone, (sizes.get(availabilityZone) ?? 0) + 1);
  }
  return sizes;
}

/** The pool is filled by ordinary boots, which end in a stopped instance. */
function refillWarmPool(
  group: AutoScalingGroup,
  settings: GroupSettings,
  uniform: (instanceNumber: number) => number,
  now: number,
): AutoScalingGroup {
  const missing = Math.max(0, settings.warmPoolSize - group.warmPool.length);
  const fresh = Array.from({ length: missing }, (_, index) => {
    return now + bootMilliseconds(uniform(group.nextInstanceNumber + index), settings);
  });
  return { ...group, warmPool: [...group.warmPool, ...fresh], nextInstanceNumber: group.nextInstanceNumber + missing };
}
