import type { Instance, Room } from "./instance.ts";

export interface GroupSettings {
  room: Room;
  availabilityZones: readonly [string, ...string[]];
  /** New instances are protected from scale-in, as managed termination protection requires. */
  protectsInstances: boolean;
  /** How long termination waits for the tasks at most; 0 without managed draining. */
  drainTimeoutMilliseconds: number;
  spotWarningMilliseconds: number;
  /** From launch to registration, for each instance by its number. */
  bootMilliseconds(instanceNumber: number): number;
}

/** The changes of a step. */
export interface GroupChanges {
  launched: readonly Instance[];
  registered: readonly Instance[];
  gone: readonly Instance[];
}

/** An Auto Scaling group: keeps as many instances as desired, between its bounds. Times are milliseconds. */
export class AutoScalingGroup {
  minimum: number;
  maximum: number;
  desired: number;
  /** In the order in which they were launched. */
  instances: readonly Instance[] = [];
  readonly #settings: GroupSettings;
  #launchedCount = 0;

  /** A group without instances. */
  constructor(minimum: number, maximum: number, settings: GroupSettings) {
    this.minimum = minimum;
    this.maximum = maximum;
    this.desired = minimum;
    this.#settings = settings;
  }

  /** Desires another number of instances, within the bounds. */
  setDesired(desired: number): void {
    this.desired = Math.min(this.maximum, Math.max(this.minimum, desired));
  }

  /** Sets the bounds; the desired count moves with them. */
  setBounds(minimum: number, maximum: number): void {
    this.minimum = minimum;
    this.maximum = maximum;
    this.setDesired(this.desired);
  }

  /** The registered instances without a task, draining and booting ones apart. */
  emptyInstances(): Instance[] {
    return this.instances.filter(({ state, tasks }) => state === "registered" && tasks === 0);
  }

  /** UpdateContainerInstancesState: ECS gives these no more tasks, or tasks again. The group keeps and counts them. */
  setDraining(ids: readonly string[], isDraining: boolean): void {
    for (const instance of this.instances) {
      if (!ids.includes(instance.id)) continue;
      if (isDraining && instance.state === "registered") instance.state = "draining";
      else if (!isDraining && isSetAside(instance)) instance.state = "registered";
    }
  }

  /**
   * TerminateInstanceInAutoScalingGroup. Scale-in protection does not count, and an occupied instance drains first. Where the
   * desired count is not lowered, the group launches another. Returns why not, if that is refused.
   * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-protection.html
   */
  terminate(
    id: string,
    { lowersDesired }: { lowersDesired: boolean },
    now: number,
  ): "unknown-instance" | "below-minimum" | undefined {
    const instance = this.instances.find((one) => one.id === id);
    if (!instance) return "unknown-instance";
    // An instance that is ending was taken off the desired count before, or never will be.
    if (instance.leaves?.reason === "scale-in") return undefined;
    if (lowersDesired && this.desired <= this.minimum) return "below-minimum";
    if (lowersDesired) this.desired -= 1;
    this.#beginToEnd(instance, now);
    return undefined;
  }

  /**
   * Spot takes a share of the registered instances: each drains from the warning on and is gone when the warning has run
   * out, whatever is protected there. `uniform` gives each of them by its place a number in [0, 1); the lowest are lost.
   */
  loseSpot(share: number, uniform: (place: number) => number, now: number): void {
    const registered = this.instances.filter(({ state }) => state === "registered");
    const drawn = registered.map((instance, place) => ({ instance, number: uniform(place) }));
    const lowest = drawn.sort((a, b) => a.number - b.number).slice(0, Math.round(registered.length * share));
    for (const { instance } of lowest) {
      instance.state = "draining";
      instance.leaves = { reason: "spot", at: now + this.#settings.spotWarningMilliseconds };
    }
  }

  /** When an instance registers or leaves by itself; Infinity when none does. */
  nextDueAt(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { leaves, state, registersAt } of this.instances) {
      const due = leaves?.at ?? (state === "booting" ? registersAt : Number.POSITIVE_INFINITY);
      if (due < next) next = due;
    }
    return next;
  }

  /** Registers and removes instances that are due, launches missing ones, drains surplus ones. */
  step(now: number): GroupChanges {
    const launched: Instance[] = [];
    const registered: Instance[] = [];
    const gone: Instance[] = [];
    this.#settle(registered, gone, now);
    const missing = this.desired - this.#countCapacity();
    for (let left = missing; left > 0; left -= 1) launched.push(this.#launch(now));
    if (missing < 0) this.#terminate(-missing, now);
    if (missing !== 0) this.#settle(registered, gone, now);
    return { launched, registered, gone };
  }

  #settle(registered: Instance[], gone: Instance[], now: number): void {
    const goneBefore = gone.length;
    for (const instance of this.instances) {
      if (hasLeft(instance, now)) {
        instance.isGone = true;
        gone.push(instance);
      } else if (instance.state === "booting" && instance.registersAt <= now) {
        instance.state = "registered";
        registered.push(instance);
      }
    }
    if (gone.length > goneBefore) this.instances = this.instances.filter(({ isGone }) => !isGone);
  }

  /** A Spot instance under warning still counts: the group replaces it once it is gone. */
  #countCapacity(): number {
    let count = 0;
    for (const { leaves } of this.instances) if (leaves?.reason !== "scale-in") count += 1;
    return count;
  }

  #launch(now: number): Instance {
    const { availabilityZones, room, protectsInstances, bootMilliseconds } = this.#settings;
    const zones = zoneSizes(this.instances);
    const [emptiest = availabilityZones[0]] = availabilityZones.toSorted(
      (a, b) => (zones.get(a) ?? 0) - (zones.get(b) ?? 0),
    );
    this.#launchedCount += 1;
    const instance: Instance = {
      id: `i-${this.#launchedCount}`,
      availabilityZone: emptiest,
      room,
      free: { ...room },
      tasks: 0,
      state: "booting",
      launchedAt: now,
      registersAt: now + bootMilliseconds(this.#launchedCount),
      leaves: undefined,
      isProtected: protectsInstances,
      isGone: false,
    };
    this.instances = [...this.instances, instance];
    return instance;
  }

  /** From the fullest zone the oldest. Protected ones never: the group rather stays too large. */
  #terminate(count: number, now: number): void {
    for (let left = count; left > 0; left -= 1) {
      const sizes = zoneSizes(this.instances);
      const sizeOf = ({ availabilityZone }: Instance) => sizes.get(availabilityZone) ?? 0;
      const [victim] = this.instances
        .filter(({ isProtected, leaves }) => !isProtected && !leaves)
        .sort((a, b) => sizeOf(b) - sizeOf(a) || a.launchedAt - b.launchedAt);
      if (!victim) return;
      this.#beginToEnd(victim, now);
    }
  }

  /** A Spot instance under warning is gone at the end of the warning at the latest. */
  #beginToEnd(instance: Instance, now: number): void {
    const end = now + this.#settings.drainTimeoutMilliseconds;
    instance.state = "draining";
    instance.leaves = { reason: "scale-in", at: Math.min(end, instance.leaves?.at ?? end) };
  }
}

/** Drained by hand: it takes no tasks, and yet the group's desired count includes it. */
export function isSetAside({ state, leaves }: Instance): boolean {
  return state === "draining" && !leaves;
}

/** A draining instance leaves when its last task has ended; a Spot instance stays for its warning. */
function hasLeft({ leaves, tasks }: Instance, now: number): boolean {
  return leaves !== undefined && (leaves.at <= now || (leaves.reason === "scale-in" && tasks === 0));
}

function zoneSizes(instances: readonly Instance[]): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { availabilityZone, leaves } of instances) {
    if (!leaves) sizes.set(availabilityZone, (sizes.get(availabilityZone) ?? 0) + 1);
  }
  return sizes;
}
