import { AutoScalingGroup, type GroupSettings } from "../../simulator/model/capacity/auto-scaling-group.ts";
import { bootMilliseconds } from "../../simulator/model/capacity/boot-time.ts";
import { CapacityProvider, type ManagedScalingSettings } from "../../simulator/model/capacity/capacity-provider.ts";
import type { Instance, Room } from "../../simulator/model/capacity/instance.ts";
import { defaults } from "../../simulator/model/capacity/parameters.ts";
import type { Task } from "../../simulator/model/capacity/task.ts";
import type { GroupIdentity } from "../gateway/account.ts";
import { shorten } from "../shorten.ts";
import { changesBetween, type InstanceChange } from "./instances.ts";
import { uniform } from "./uniform.ts";

/** An Auto Scaling group and the capacity provider in front of it. */
export interface CapacityDefinition {
  providerName: string;
  group: GroupIdentity;
  /** What an instance has for tasks. */
  room: Room;
  minimum: number;
  maximum: number;
  availabilityZones: readonly [string, ...string[]];
  /** New instances are protected from scale-in. */
  protectsInstances: boolean;
  /** Managed termination protection: ECS takes the protection from empty instances that are to go, and from no others. */
  releasesEmptyInstances: boolean;
  /** Managed draining: tasks are replaced before their instance goes. */
  drains: boolean;
  /** Absent where nobody scales the group. */
  managedScaling?: { targetCapacityPercent: number; warmupSeconds: number; stepMinimum: number; stepMaximum: number };
}

/** What the definition leaves open is as AWS has it. */
export const managedScalingDefaults = {
  targetCapacityPercent: defaults.targetCapacityPercent,
  warmupSeconds: defaults.instanceWarmupMilliseconds / 1_000,
  stepMinimum: defaults.stepMinimum,
  stepMaximum: defaults.stepMaximum,
};

/** The instances of a cluster: as many as the capacity provider finds that its tasks need. */
export class Capacity {
  readonly #definition: CapacityDefinition;
  readonly #settings: GroupSettings & ManagedScalingSettings;
  readonly #onEvent: (message: string) => void;
  readonly #group: AutoScalingGroup;
  readonly #provider: CapacityProvider;
  /** The instances as they were when their changes were last told. */
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

  /** What is desired rises with it at once; it falls when the capacity provider finds too many. */
  setMinimum(minimum: number): void {
    this.#group.setBounds(minimum, this.#group.maximum);
  }

  /** Returns why not, if it is refused. */
  terminate(id: string, request: { lowersDesired: boolean }, now: number): ReturnType<AutoScalingGroup["terminate"]> {
    return this.#group.terminate(id, request, now);
  }

  /** From taking tasks, or back to it. */
  setDraining(ids: readonly string[], isDraining: boolean): void {
    this.#group.setDraining(ids, isDraining);
  }

  get instances(): readonly Instance[] {
    return this.#group.instances;
  }

  /** One look of the capacity provider, and one of the group. */
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
