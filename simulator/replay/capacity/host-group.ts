import type { Meter } from "./meter.ts";

/** An instance, counted in tasks: all are of one size. */
export interface Host {
  id: string;
  launchedAt: number;
  registersAt: number;
  /** Takes tasks: neither booting nor draining. */
  isRegistered: boolean;
  /** When Spot takes it away, once it has warned. */
  leavesAt: number | undefined;
  isGone: boolean;
  tasks: number;
}

export interface HostGroupSettings {
  tasksPerInstance: number;
  maxInstances: number;
  spotWarningMilliseconds: number;
  /** From launch to registration, for each instance by its number. */
  bootMilliseconds(instanceNumber: number): number;
}

/** How many instances of the start were there before it: older than any warm-up. */
export const initialLaunchAt = -3_600_000;

const fresh = { leavesAt: undefined, isGone: false, tasks: 0 };

/** The Auto Scaling group of `model/capacity`, for the case that all instances and tasks are alike: in place and by counts. */
export class HostGroup {
  readonly hosts: Host[] = [];
  desired: number;
  minimum = 0;
  readonly #settings: HostGroupSettings;
  readonly #meter: Meter;
  #nextNumber: number;

  constructor(initialInstances: number, settings: HostGroupSettings, meter: Meter) {
    this.#settings = settings;
    this.#meter = meter;
    this.desired = initialInstances;
    this.#nextNumber = initialInstances + 1;
    for (let count = 0; count < initialInstances; count += 1) {
      const at = initialLaunchAt;
      this.hosts.push({ id: `i-${count + 1}`, launchedAt: at, registersAt: at, isRegistered: true, ...fresh });
    }
  }

  setFloor(instances: number): void {
    this.minimum = Math.min(this.#settings.maxInstances, instances);
    this.setDesired(this.desired);
  }

  setDesired(instances: number): void {
    this.desired = Math.min(this.#settings.maxInstances, Math.max(this.minimum, instances));
  }

  /** The fullest registered instance with room, the first of equals. */
  findRoom(): Host | undefined {
    let best: Host | undefined;
    for (const host of this.hosts) {
      if (!host.isRegistered || host.tasks >= this.#settings.tasksPerInstance) continue;
      if (best === undefined || host.tasks > best.tasks) best = host;
    }
    return best;
  }

  /** Registers who has booted, loses whose warning is over, launches who is missing. True when one has come up or is gone. */
  step(now: number): boolean {
    let hasChanged = this.#leave(now);
    for (const host of this.hosts) {
      if (host.isRegistered || host.leavesAt !== undefined || host.registersAt > now) continue;
      host.isRegistered = true;
      hasChanged = true;
    }
    for (let missing = this.desired - this.hosts.length; missing > 0; missing -= 1) this.#launch(now);
    return hasChanged;
  }

  /** Spot warns a share of the registered instances, those with the lowest numbers: they drain, then they are gone. */
  loseSpot(share: number, uniform: (place: number) => number, now: number): void {
    const registered = this.hosts.filter(({ isRegistered }) => isRegistered);
    const drawn = registered.map((host, place) => ({ host, number: uniform(place) }));
    const lowest = drawn.sort((a, b) => a.number - b.number).slice(0, Math.round(registered.length * share));
    for (const { host } of lowest) {
      host.isRegistered = false;
      host.leavesAt = now + this.#settings.spotWarningMilliseconds;
    }
  }

  #leave(now: number): boolean {
    const leaving = this.hosts.filter(({ leavesAt }) => leavesAt !== undefined && leavesAt <= now);
    if (leaving.length === 0) return false;
    for (const host of leaving) {
      host.isGone = true;
      this.#meter.endInstance(host.launchedAt, now);
    }
    this.hosts.splice(0, this.hosts.length, ...this.hosts.filter(({ isGone }) => !isGone));
    return true;
  }

  /** Takes up to `count` of the instances that are empty, the first of the list first. */
  releaseEmpty(count: number, now: number): number {
    return this.#release(count, () => true, now);
  }

  /** Takes those of the named instances that are empty, down to the floor. */
  release(ids: ReadonlySet<string>, now: number): number {
    return this.#release(ids.size, ({ id }) => ids.has(id), now);
  }

  #release(count: number, isMeant: (host: Host) => boolean, now: number): number {
    let left = Math.min(count, this.desired - this.minimum);
    const victims = new Set<Host>();
    for (const host of this.hosts) {
      if (left <= 0) break;
      if (!host.isRegistered || host.tasks > 0 || !isMeant(host)) continue;
      victims.add(host);
      left -= 1;
    }
    if (victims.size === 0) return 0;
    for (const host of victims) this.#meter.endInstance(host.launchedAt, now);
    this.hosts.splice(0, this.hosts.length, ...this.hosts.filter((host) => !victims.has(host)));
    this.desired -= victims.size;
    return victims.size;
  }

  /** When an instance comes up or leaves by itself. */
  nextDueAt(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const host of this.hosts) {
      const due = host.leavesAt ?? (host.isRegistered ? Number.POSITIVE_INFINITY : host.registersAt);
      if (due < next) next = due;
    }
    return next;
  }

  #launch(now: number): void {
    const boot = this.#settings.bootMilliseconds(this.#nextNumber);
    const id = `i-${this.#nextNumber}`;
    this.#nextNumber += 1;
    this.hosts.push({ id, launchedAt: now, registersAt: now + boot, isRegistered: false, ...fresh });
    this.#meter.launchInstance();
  }
}
