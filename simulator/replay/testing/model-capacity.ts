import {
  type AutoScalingGroup,
  releaseInstances,
  setGroupBounds,
  setGroupDesired,
  stepGroup,
} from "../../model/capacity/auto-scaling-group.ts";
import {
  type CapacityProvider,
  createCapacityProvider,
  stepCapacityProvider,
} from "../../model/capacity/capacity-provider.ts";
import type { Instance } from "../../model/capacity/instance.ts";
import { loseSpot } from "../../model/capacity/lose-spot.ts";
import { emptyInstances } from "../../model/capacity/reservation.ts";
import {
  createService,
  deploy,
  removeTask,
  type Service,
  setDesiredCount,
  stepService,
} from "../../model/capacity/service-scheduler.ts";
import { holdsRoom, type Task } from "../../model/capacity/task.ts";
import type { AwsCapacitySettings } from "../capacity/aws-capacity.ts";
import type { Bill, Capacity } from "../capacity/capacity.ts";
import { initialLaunchAt } from "../capacity/host-group.ts";
import { Meter } from "../capacity/meter.ts";
import type { Workers } from "../workers.ts";
import { modelSettings } from "./model-settings.ts";

/** The capacity of the AWS layer played by `simulator/model` itself: slow, and what the fast way must agree with. */
export class ModelCapacity implements Capacity {
  readonly #settings;
  readonly #uniform: AwsCapacitySettings["uniform"];
  readonly #workers: Workers;
  readonly #meter = new Meter();
  /** The worker of each task that runs. */
  readonly #workerOf = new Map<string, number>();
  #service: Service;
  #group: AutoScalingGroup;
  #provider: CapacityProvider;
  #revision = 1;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(settings: AwsCapacitySettings, workers: Workers) {
    this.#settings = modelSettings(settings);
    this.#uniform = settings.uniform;
    this.#workers = workers;
    const { initialTasks, tasksPerInstance, maxInstances } = settings;
    const instances = Array.from({ length: Math.ceil(initialTasks / tasksPerInstance) }, (_, index) =>
      this.#initialInstance(index),
    );
    this.#group = {
      minimum: 0,
      maximum: maxInstances,
      desired: instances.length,
      instances,
      warmPool: [],
      nextInstanceNumber: instances.length + 1,
    };
    this.#provider = createCapacityProvider(settings.firstReservationAt);
    const tasks = Array.from({ length: initialTasks }, (_, index) => this.#initialTask(index, tasksPerInstance));
    this.#service = { ...createService("s", initialTasks), tasks, nextTaskNumber: initialTasks + 1 };
    for (const { id } of tasks) this.#beginWork(id, 0);
  }

  get desired(): number {
    return this.#service.desired;
  }

  get running(): number {
    return this.#service.tasks.filter(({ state }) => state === "running").length;
  }

  get pending(): number {
    return this.#service.tasks.length - this.running;
  }

  setDesired(tasks: number): void {
    this.#service = setDesiredCount(this.#service, tasks);
  }

  setInstanceFloor(instances: number): void {
    const { maximum } = this.#group;
    this.#group = setGroupBounds(this.#group, Math.min(maximum, instances), maximum);
  }

  releaseInstances(ids: readonly string[], now: number): void {
    const meant = new Set(ids);
    const idle = emptyInstances(this.#group.instances, this.#service.tasks).filter(({ id }) => meant.has(id));
    const count = Math.max(0, Math.min(idle.length, this.#group.desired - this.#group.minimum));
    if (count === 0) return;
    this.#release(
      idle.slice(0, count).map(({ id }) => id),
      this.#group.desired - count,
    );
    this.#stepGroup(now);
  }

  listInstances(): { id: string; tasks: number }[] {
    const counts = new Map<string | undefined, number>();
    for (const { instanceId } of this.#service.tasks.filter(holdsRoom)) {
      counts.set(instanceId, (counts.get(instanceId) ?? 0) + 1);
    }
    return this.#group.instances
      .filter(({ state }) => state === "registered")
      .map(({ id }) => ({ id, tasks: counts.get(id) ?? 0 }));
  }

  deploy(): void {
    this.#revision += 1;
    this.#service = deploy(this.#service, this.#revision);
  }

  loseSpot(share: number, uniform: (place: number) => number, now: number): void {
    this.#group = loseSpot(this.#group, share, uniform, this.#settings, now);
  }

  nextDueAt(): number {
    const { provisioningTimeoutMilliseconds, alarmDelayMilliseconds } = this.#settings;
    const { tasks, desired, launches } = this.#service;
    const dues = [
      this.#provider.nextSampleAt,
      ...this.#provider.samples.map(({ at }) => at + alarmDelayMilliseconds),
      ...this.#group.instances.filter(({ state }) => state === "booting").map(({ registersAt }) => registersAt),
      ...this.#group.instances.flatMap(({ leaves }) => (leaves?.reason === "spot" ? [leaves.at] : [])),
      ...tasks.flatMap(({ until, state, since }) =>
        until !== undefined ? [until] : state === "provisioning" ? [since + provisioningTimeoutMilliseconds] : [],
      ),
    ];
    // Launches that no longer count are forgotten at the next look that launches; they are no reason for one.
    const draining = new Set(this.#group.instances.filter(({ leaves }) => leaves).map(({ id }) => id));
    const current = tasks.filter(
      ({ revision, instanceId }) => revision === this.#revision && !draining.has(instanceId ?? ""),
    );
    if (current.length < desired)
      dues.push(...launches.map(({ at }) => at + 60_000).filter((at) => at > this.#lookedAt));
    return Math.min(...dues);
  }

  look(now: number): void {
    this.#lookedAt = now;
    this.#schedule(now);
    const observed = { ...this.#group, tasks: this.#service.tasks };
    const { provider, order } = stepCapacityProvider(this.#provider, observed, this.#settings, now);
    this.#provider = provider;
    if (order) this.#release(order.released, order.desired);
    if (this.#stepGroup(now)) this.#schedule(now);
    this.#workers.watchesIdle = this.#service.tasks.length > this.#service.desired;
  }

  runningMilliseconds(now: number): number {
    return this.#meter.runningMilliseconds(now);
  }

  bill(now: number): Bill {
    return this.#meter.bill(
      now,
      this.#group.instances.map(({ launchedAt }) => launchedAt),
    );
  }

  #initialInstance(index: number): Instance {
    const { room, availabilityZones } = this.#settings;
    return {
      id: `i-${index + 1}`,
      availabilityZone: availabilityZones[0],
      room,
      state: "registered",
      launchedAt: initialLaunchAt,
      registersAt: initialLaunchAt,
      isProtected: true,
    };
  }

  #initialTask(index: number, tasksPerInstance: number): Task {
    this.#meter.placeTask(0);
    return {
      id: `s-${index + 1}`,
      size: this.#settings.taskSize,
      revision: 1,
      state: "running",
      since: 0,
      instanceId: `i-${Math.floor(index / tasksPerInstance) + 1}`,
    };
  }

  #beginWork(taskId: string, now: number): void {
    this.#meter.runTask(now);
    this.#workerOf.set(taskId, this.#workers.addTask(now));
  }

  /** One look of the scheduler. Whoever works is protected; whoever does not leaves as soon as it is told to. */
  #schedule(now: number): void {
    const tasks = this.#service.tasks.map((task) => ({ ...task, protectedUntil: this.#protectedUntil(task.id) }));
    const surroundings = { instances: this.#group.instances, otherTasks: [] };
    this.#service = stepService({ ...this.#service, tasks }, surroundings, this.#settings, now);
    for (const { id, state } of this.#service.tasks) {
      if (state === "stopping") this.#service = removeTask(this.#service, id);
    }
    const left = new Map(this.#service.tasks.map((task) => [task.id, task]));
    const placedBefore = new Set(tasks.filter(holdsRoom).map(({ id }) => id));
    for (const id of placedBefore) {
      if (!left.has(id)) this.#endTask(id, now);
    }
    for (const { id, state, instanceId } of this.#service.tasks) {
      if (instanceId !== undefined && !placedBefore.has(id)) this.#meter.placeTask(now);
      if (state === "running" && !this.#workerOf.has(id)) this.#beginWork(id, now);
    }
  }

  #protectedUntil(taskId: string): number | undefined {
    const worker = this.#workerOf.get(taskId);
    return worker !== undefined && !this.#workers.isIdle(worker) ? Number.POSITIVE_INFINITY : undefined;
  }

  #endTask(id: string, now: number): void {
    const worker = this.#workerOf.get(id);
    if (worker !== undefined && this.#workers.isIdle(worker)) this.#workers.removeTask(worker);
    else if (worker !== undefined) this.#workers.loseTask(worker, now);
    this.#workerOf.delete(id);
    this.#meter.stopTask(now, worker !== undefined);
  }

  #release(ids: readonly string[], desired: number): void {
    this.#group = setGroupDesired(releaseInstances(this.#group, ids), desired);
  }

  /** True when an instance has come up or is gone. */
  #stepGroup(now: number): boolean {
    const before = new Map(this.#group.instances.map((one) => [one.id, one]));
    this.#group = stepGroup(this.#group, this.#service.tasks, this.#settings, this.#uniform, now);
    let hasChanged = false;
    const after = new Set(this.#group.instances.map(({ id }) => id));
    for (const { id, launchedAt } of before.values()) {
      if (after.has(id)) continue;
      this.#meter.endInstance(launchedAt, now);
      hasChanged = true;
    }
    for (const { id, state } of this.#group.instances) {
      if (!before.has(id)) this.#meter.launchInstance();
      if (state === "registered" && before.get(id)?.state === "booting") hasChanged = true;
    }
    return hasChanged;
  }
}
