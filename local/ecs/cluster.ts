import { EventEmitter } from "node:events";
import type { Clock } from "../../runtime/clock.ts";
import { AppError } from "../../runtime/errors.ts";
import { Fargate } from "../../simulator/model/capacity/fargate.ts";
import { defaults } from "../../simulator/model/capacity/parameters.ts";
import type { Placement } from "../../simulator/model/capacity/place-tasks.ts";
import { isProtected } from "../../simulator/model/capacity/task.ts";
import { shorten } from "../fast-clock.ts";
import type { Processes } from "../processes/processes.ts";
import { Capacity, type CapacityDefinition } from "./capacity.ts";
import { describeChange, type InstanceChange, type InstanceView, viewInstances } from "./instances.ts";
import type { TaskDefinition } from "./running-task.ts";
import { Service, type ServiceTargets } from "./service.ts";
import { type ClusterPlace, newTaskId } from "./task.ts";

export interface EcsClusterOptions {
  place: ClusterPlace;
  /** Publish task counts as metrics. */
  hasContainerInsights: boolean;
  clock: Clock;
  processes: Pick<Processes, "spawn">;
  /** The factor by which AWS's own delays are shortened. Stop timeouts and task protection keep their length. */
  speed: number;
  /** Receives events in AWS's words. The source is `service/NAME` or `cluster/NAME`. */
  onEvent(source: string, message: string): void;
}

export interface ServiceDefinition {
  name: string;
  desiredCount: number;
  taskDefinition: TaskDefinition;
  strategy: readonly Placement[];
  isOnFargate?: boolean;
  targets?: ServiceTargets | undefined;
  minimumHealthyPercent: number;
  maximumPercent: number;
  onLine(taskId: string, line: string): void;
}

/** No delay of AWS's is much shorter than this, even at speed 1000. */
const shortestIntervalMilliseconds = 20;

/** An ECS cluster: runs the model of AWS's capacity on the clock, with processes as tasks. */
export class EcsCluster {
  /** Emits each change of an instance after it has happened. */
  readonly events = new EventEmitter<{ instances: [InstanceChange] }>();
  /** The attached capacity providers of Fargate and of instances that ECS manages. */
  readonly managedProviders = new Set<string>();
  readonly #options: EcsClusterOptions;
  readonly #services = new Map<string, Service>();
  /** The machines of each service on Fargate. */
  readonly #fargate = new Map<Service, Fargate>();
  #capacity: Capacity | undefined;
  #cancelNextLook = () => {};
  #isStopping = false;

  constructor(options: EcsClusterOptions) {
    this.#options = options;
  }

  get place(): ClusterPlace {
    return this.#options.place;
  }

  get hasContainerInsights(): boolean {
    return this.#options.hasContainerInsights;
  }

  get capacityProviderName(): string | undefined {
    return this.#capacity?.providerName;
  }

  /** Call `look` after changing it. */
  get capacity(): Capacity | undefined {
    return this.#capacity;
  }

  /** Attaches a capacity provider. AWS allows several; the laptop supports one. */
  attachCapacity(definition: CapacityDefinition): void {
    const { place, speed, clock } = this.#options;
    if (this.#capacity) {
      throw new AppError(
        "one-capacity-provider",
        `expected one capacity provider for cluster ${place.name}; came ${this.#capacity.providerName} and ${definition.providerName}`,
      );
    }
    this.#capacity = new Capacity(definition, speed, clock.now(), (message) => this.tell(message));
    this.look();
  }

  /** Starts a service. It keeps the desired number of tasks, as far as the instances have room. */
  startService(definition: ServiceDefinition): Service {
    const { place, clock, processes, speed, onEvent } = this.#options;
    const { name, desiredCount, taskDefinition, strategy, minimumHealthyPercent, maximumPercent } = definition;
    const service = new Service({
      name,
      isOnFargate: definition.isOnFargate ?? false,
      targets: definition.targets,
      desiredCount,
      taskDefinition,
      cluster: place,
      clock,
      processes,
      settings: {
        ...shorten(defaults, speed),
        // Real processes report their starts and ends themselves.
        taskStartMilliseconds: Number.POSITIVE_INFINITY,
        stopTimeoutMilliseconds: Number.POSITIVE_INFINITY,
        taskSize: taskDefinition.size,
        strategy,
        minimumHealthyPercent,
        maximumPercent,
        newTaskId,
        isProtected,
      },
      onEvent: (message) => onEvent(`service/${name}`, message),
      onLine: definition.onLine,
      look: () => this.look(),
    });
    this.#services.set(name, service);
    if (service.isOnFargate) this.#fargate.set(service, new Fargate(defaults.fargateStartMilliseconds / speed));
    this.look();
    return service;
  }

  services(): Service[] {
    return [...this.#services.values()];
  }

  instances(): InstanceView[] {
    return viewInstances(this.#capacity?.instances ?? [], this.#modelTasks(), this.#options.place);
  }

  /** Stops all tasks at once, protected or not, within the limit. */
  async stop(limitSeconds?: number): Promise<void> {
    this.#isStopping = true;
    this.#cancelNextLook();
    await Promise.all(this.services().map((service) => service.stop(limitSeconds)));
  }

  /** Runs the schedulers once. It is called after each event and at regular intervals. */
  look(): void {
    if (this.#isStopping) return;
    const now = this.#options.clock.now();
    this.#stepServices(now);
    const changes = this.#capacity?.step(this.#modelTasks(), now) ?? [];
    for (const change of changes) this.tell(describeChange(change));
    // Services use new or lost room at once.
    if (changes.length > 0) this.#stepServices(now);
    this.#lookLater(now);
    for (const change of changes) this.events.emit("instances", change);
  }

  #stepServices(now: number): void {
    const instances = this.#capacity?.instances ?? [];
    for (const service of this.#services.values()) {
      const fargate = this.#fargate.get(service);
      if (fargate) {
        fargate.step(service.modelTasks, now);
        service.step({ instances: fargate.machines, waitingElsewhere: 0 }, now);
        continue;
      }
      const waitingElsewhere = this.#modelTasks(service).filter(({ state }) => state === "provisioning").length;
      service.step({ instances, waitingElsewhere }, now);
    }
  }

  #modelTasks(except?: Service) {
    return this.services().flatMap((service) => (service === except ? [] : [...service.modelTasks]));
  }

  #lookLater(now: number): void {
    this.#cancelNextLook();
    const interval = Math.max(shortestIntervalMilliseconds, 1_000 / this.#options.speed);
    const due = Math.min(now + interval, ...this.services().map((service) => service.nextDueAt(now)));
    this.#cancelNextLook = this.#options.clock.after(due - now, () => this.look());
  }

  /** Writes a line to the laptop cloud's log. Unlike a service event, no API returns it. */
  tell(message: string): void {
    this.#options.onEvent(`cluster/${this.#options.place.name}`, message);
  }
}
