import {
  createGroup,
  type GroupSettings,
  releaseInstances,
  setGroupDesired,
  stepGroup,
} from "../../simulator/model/capacity/auto-scaling-group.ts";
import {
  createCapacityProvider,
  type ManagedScalingSettings,
  stepCapacityProvider,
} from "../../simulator/model/capacity/capacity-provider.ts";
import type { Instance } from "../../simulator/model/capacity/instance.ts";
import { defaults } from "../../simulator/model/capacity/parameters.ts";
import type { Room } from "../../simulator/model/capacity/size.ts";
import type { Task } from "../../simulator/model/capacity/task.ts";
import { shorten } from "../shorten.ts";
import { changesBetween, type InstanceChange } from "./instances.ts";
import { uniform } from "./uniform.ts";

/** An Auto Scaling group and the capacity provider in front of it. */
export interface CapacityDefinition {
  providerName: string;
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
  #group;
  #provider;

  constructor(definition: CapacityDefinition, speed: number, now: number, onEvent: (message: string) => void) {
    this.#definition = definition;
    this.#settings = settingsOf(definition, speed);
    this.#onEvent = onEvent;
    this.#group = createGroup(definition.minimum, definition.maximum);
    this.#provider = createCapacityProvider(now);
  }

  get providerName(): string {
    return this.#definition.providerName;
  }

  get desired(): number {
    return this.#group.desired;
  }

  get instances(): readonly Instance[] {
    return this.#group.instances;
  }

  /** One look of the capacity provider, and one of the group. */
  step(tasks: readonly Task[], now: number): InstanceChange[] {
    if (this.#definition.managedScaling) this.#scale(tasks, now);
    const before = this.#group.instances;
    this.#group = stepGroup(this.#group, tasks, this.#settings, uniform, now);
    return changesBetween(before, this.#group.instances, now);
  }

  #scale(tasks: readonly Task[], now: number): void {
    const [acted] = this.#provider.samples;
    const { provider, order } = stepCapacityProvider(this.#provider, { ...this.#group, tasks }, this.#settings, now);
    this.#provider = provider;
    if (!order) return;
    const { desired } = this.#group;
    const released = this.#definition.releasesEmptyInstances ? order.released : [];
    this.#group = setGroupDesired(releaseInstances(this.#group, released), order.desired);
    if (acted) this.#tell(acted.percent, desired);
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
  const { room, availabilityZones, protectsInstances, drains } = definition;
  const { warmupSeconds, ...scaling } = definition.managedScaling ?? managedScalingDefaults;
  const settings = {
    ...defaults,
    ...scaling,
    instanceWarmupMilliseconds: warmupSeconds * 1_000,
    drainTimeoutMilliseconds: drains ? defaults.drainTimeoutMilliseconds : 0,
    room,
    smallestType: room,
    largestType: room,
    availabilityZones,
    protectsInstances,
    warmPoolSize: 0,
  };
  return shorten(settings, speed);
}
