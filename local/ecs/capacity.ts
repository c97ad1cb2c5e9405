import { AutoScalingGroup, type GroupSettings } from "../../simulator/model/capacity/auto-scaling-group.ts";
import { bootMilliseconds } from "../../simulator/model/capacity/boot-time.ts";
import { CapacityProvider, type ManagedScalingSettings } from "../../simulator/model/capacity/capacity-provider.ts";
import type { Instance, Room } from "../../simulator/model/capacity/instance.ts";
import { defaults } from "../../simulator/model/capacity/parameters.ts";
import type { Task } from "../../simulator/model/capacity/task.ts";
import { shorten } from "../fast-clock.ts";
import type { GroupIdentity } from "../gateway/account.ts";
import { changesBetween, type InstanceChange } from "./instances.ts";

/** An Auto Scaling group and the capacity provider in front of it. */
export interface CapacityDefinition {
  providerName: string;
  group: GroupIdentity;
  /** CPU and memory that an instance has for tasks. */
  room: Room;
  minimum: number;
  maximum: number;
  availabilityZones: readonly [string, ...string[]];
  /** New instances are protected from scale-in. */
  protectsInstances: boolean;
  /** Managed termination protection: ECS removes the protection from empty instances only, before it scales in. */
  releasesEmptyInstances: boolean;
  /** Managed draining: tasks are replaced before their instance terminates. */
  drains: boolean;
  /** Absent if managed scaling is disabled. */
  managedScaling?: { targetCapacityPercent: number; warmupSeconds: number; stepMinimum: number; stepMaximum: number };
}

/** AWS's defaults for managed scaling. */
export const managedScalingDefaults = {
  targetCapacityPercent: defaults.targetCapacityPercent,
  warmupSeconds: defaults.instanceWarmupMilliseconds / 1_000,
  stepMinimum: defaults.stepMinimum,
  stepMaximum: defaults.stepMaximum,
};

/** The instances of a cluster, scaled by the capacity provider. */
export class Capacity {
  readonly #definition: CapacityDefinition;
  readonly #settings: GroupSettings & ManagedScalingSettings;
  readonly #onEvent: (message: string) => void;
  readonly #group: AutoScalingGroup;
  readonly #provider: CapacityProvider;
  /** The instances as of the last reported changes. */
  #seen: readonly Instance[] = [];

  constructor(definition: CapacityDefinition, speed: number, now: number, onEvent: (message: string) => void) {
    this.#definition = definition;
    this.#settings = settingsOf(definition, speed);
    this.#onEvent = onEvent;
    this.#group = new AutoScalingGroup(definition.minimum, definition.maximum, this.#settings);
    this.#provider = new CapacityProvider(this.#settings, now);
  }

  get providerName(): string {
    return this.#definition.providerName;
  }

  get definition(): CapacityDefinition {
    return this.#definition;
  }

  get minimum(): number {
    return this.#group.minimum;
  }

  get maximum(): number {
    return this.#group.maximum;
  }

  get desired(): number {
    return this.#group.desired;
  }

  /** Raises the desired count at once if it is lower. Only the capacity provider lowers it again. */
  setMinimum(minimum: number): void {
    this.#group.setBounds(minimum, this.#group.maximum);
  }

  /** Returns the reason if AWS would refuse it. */
  terminate(id: string, request: { lowersDesired: boolean }, now: number): ReturnType<AutoScalingGroup["terminate"]> {
    return this.#group.terminate(id, request, now);
  }

  /** Sets instances to DRAINING or back to ACTIVE. */
  setDraining(ids: readonly string[], isDraining: boolean): void {
    this.#group.setDraining(ids, isDraining);
  }

  get instances(): readonly Instance[] {
    return this.#group.instances;
  }

  /** Runs the capacity provider and then the group. */
  step(tasks: readonly Task[], now: number): InstanceChange[] {
    if (this.#definition.managedScaling) this.#scale(tasks, now);
    this.#group.step(now);
    const { instances } = this.#group;
    const changes = changesBetween(this.#seen, instances, now);
    this.#seen = instances.map((instance) => ({ ...instance }));
    return changes;
  }

  #scale(tasks: readonly Task[], now: number): void {
    const { desired } = this.#group;
    const percent = this.#provider.step(this.#group, tasks, now);
    if (percent !== undefined) this.#tell(percent, desired);
  }

  #tell(percent: number, desiredBefore: number): void {
    const { desired } = this.#group;
    const { targetCapacityPercent } = this.#settings;
    const compared = `${Math.round(percent)} ${percent > targetCapacityPercent ? ">" : "<"} ${targetCapacityPercent}`;
    this.#onEvent(
      `(capacity provider ${this.providerName}) CapacityProviderReservation ${compared}: desired ${desiredBefore} -> ${desired} instances`,
    );
  }
}

function settingsOf(definition: CapacityDefinition, speed: number): GroupSettings & ManagedScalingSettings {
  const { room, availabilityZones, protectsInstances, releasesEmptyInstances, drains } = definition;
  const { warmupSeconds, ...scaling } = definition.managedScaling ?? managedScalingDefaults;
  const shortened = shorten(
    {
      ...defaults,
      ...scaling,
      instanceWarmupMilliseconds: warmupSeconds * 1_000,
      drainTimeoutMilliseconds: drains ? defaults.drainTimeoutMilliseconds : 0,
    },
    speed,
  );
  return {
    ...shortened,
    room,
    availabilityZones,
    protectsInstances,
    releasesEmptyInstances,
    bootMilliseconds: (instanceNumber) => bootMilliseconds(uniform(instanceNumber), shortened),
  };
}

/**
 * Maps a number to a fixed pseudorandom number in [0, 1), so that instances boot in the same times in every run:
 * SplitMix32, https://github.com/bryc/code/blob/master/jshash/PRNGs.md#splitmix32
 */
export function uniform(number: number): number {
  let mixed = Math.imul(number, 0x9e3779b9);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
}
