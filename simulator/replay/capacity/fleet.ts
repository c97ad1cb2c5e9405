import { AutoScalingGroup, type GroupChanges, type GroupSettings } from "../../model/capacity/auto-scaling-group.ts";
import { Cluster, type InstanceScaling } from "../../model/capacity/cluster.ts";
import type { Instance, Room } from "../../model/capacity/instance.ts";
import { type SchedulerSettings, Service, type ServiceChanges } from "../../model/capacity/service-scheduler.ts";
import type { Task } from "../../model/capacity/task.ts";
import type { Workers } from "../workers.ts";
import { type Bill, Meter } from "./meter.ts";

export interface FleetSettings
  extends Omit<SchedulerSettings, "isProtected" | "newTaskId" | "strategy" | "taskSize">,
    Pick<GroupSettings, "bootMilliseconds" | "drainTimeoutMilliseconds" | "spotWarningMilliseconds"> {
  tasksPerInstance: number;
  initialTasks: number;
  maxInstances: number;
}

/** The calls that a replay makes to a fleet. */
export type Fleet = Omit<ModelFleet, "followTasks" | "followInstances">;

/** The tasks of a replay, of one size each, and their instances: the model's cluster with workers and a bill. */
export class ModelFleet {
  readonly #cluster: Cluster;
  readonly #workers: Workers;
  readonly #meter = new Meter();
  /** The number of each running task among the workers. */
  readonly #workerOf = new Map<Task, number>();
  #revision = 1;
  #nextDueAt = 0;

  constructor(settings: FleetSettings, scaling: InstanceScaling, workers: Workers) {
    this.#workers = workers;
    const service = new Service(settings.initialTasks, {
      ...settings,
      taskSize,
      strategy: [{ type: "binpack", by: "memory" }],
      newTaskId: () => "",
      isProtected: (task) => this.#isAtWork(task),
    });
    const group = new AutoScalingGroup(0, settings.maxInstances, groupSettings(settings));
    warmUp(service, group, settings);
    this.#cluster = new Cluster({ service, group, scaling }, this);
    this.followTasks({ placed: service.tasks, running: service.tasks, ended: [] }, 0);
  }

  get desired(): number {
    return this.#cluster.service.desired;
  }

  /** Tasks that work or could. */
  get running(): number {
    return this.#cluster.service.running;
  }

  /** Tasks that wait for room or start. */
  get pending(): number {
    return this.#cluster.service.tasks.length - this.running;
  }

  /** How many tasks the service is to have; heeded at the next look. */
  setDesired(tasks: number): void {
    this.#cluster.service.desired = tasks;
  }

  /** How few instances there are to be; heeded at the next look. */
  setInstanceFloor(instances: number): void {
    const { group } = this.#cluster;
    group.setBounds(Math.min(group.maximum, instances), group.maximum);
  }

  /** Ends those of the instances that are empty, down to the floor. */
  releaseInstances(ids: readonly string[], now: number): void {
    const { group } = this.#cluster;
    const meant = group.emptyInstances().filter(({ id }) => ids.includes(id));
    releaseInstances(group, meant, group.desired - group.minimum);
    this.#cluster.stepGroup(now);
  }

  /** The registered instances, with how many tasks are on each. */
  listInstances(): { id: string; tasks: number }[] {
    const registered = this.#cluster.group.instances.filter(({ state }) => state === "registered");
    return registered.map(({ id, tasks }) => ({ id, tasks }));
  }

  /** Begins to replace all tasks by tasks of a new revision. */
  deploy(): void {
    this.#revision += 1;
    this.#cluster.service.deploy(this.#revision);
  }

  /** Spot warns that share of the instances, drawn by their places, and takes them away. */
  loseSpot(share: number, uniform: (place: number) => number, now: number): void {
    this.#cluster.group.loseSpot(share, uniform, now);
  }

  /** When something falls due by itself; Infinity when nothing does. */
  nextDueAt(): number {
    return this.#nextDueAt;
  }

  /** Steps the cluster: missing tasks start, surplus tasks stop unless they work. */
  look(now: number): void {
    const { service } = this.#cluster;
    this.#cluster.look(now);
    this.#workers.watchesIdle = service.tasks.length > service.desired;
    this.#nextDueAt = this.#cluster.nextDueAt(now);
  }

  /** Task-milliseconds of running tasks up to `now`: what their use is measured against. */
  runningMilliseconds(now: number): number {
    return this.#meter.runningMilliseconds(now);
  }

  /** Everything spent up to `now`, which must not lie before the last look. */
  bill(now: number): Bill {
    return this.#meter.bill(
      now,
      this.#cluster.group.instances.map(({ launchedAt }) => launchedAt),
    );
  }

  followTasks({ placed, running, ended }: ServiceChanges, now: number): void {
    for (const _ of placed) this.#meter.placeTask(now);
    for (const task of ended) this.#end(task, now);
    for (const task of running) {
      this.#meter.runTask(now);
      this.#workerOf.set(task, this.#workers.addTask(now));
    }
  }

  followInstances({ launched, gone }: GroupChanges, now: number): void {
    for (const _ of launched) this.#meter.launchInstance();
    for (const { launchedAt } of gone) this.#meter.endInstance(launchedAt, now);
  }

  #end(task: Task, now: number): void {
    const worker = this.#workerOf.get(task);
    this.#meter.stopTask(now, worker !== undefined);
    if (worker === undefined) return;
    this.#workerOf.delete(task);
    if (this.#workers.isIdle(worker)) this.#workers.removeTask(worker);
    else this.#workers.loseTask(worker, now);
  }

  /** A task that works protects itself. */
  #isAtWork(task: Task): boolean {
    const worker = this.#workerOf.get(task);
    return worker !== undefined && !this.#workers.isIdle(worker);
  }
}

export const taskSize = { cpuUnits: 1_024, memoryMebibytes: 2_048 };

function groupSettings(settings: FleetSettings): GroupSettings {
  const { tasksPerInstance } = settings;
  return { ...settings, room: roomFor(tasksPerInstance), availabilityZones: ["a"], protectsInstances: true };
}

/** An instance that so many tasks fill. */
export function roomFor(tasks: number): Room {
  return { cpuUnits: tasks * taskSize.cpuUnits, memoryMebibytes: tasks * taskSize.memoryMebibytes, slots: tasks };
}

/** Takes the first of the instances off the group, as many as may go. */
export function releaseInstances(group: AutoScalingGroup, instances: readonly Instance[], atMost: number): void {
  const released = instances.slice(0, Math.max(0, atMost));
  for (const instance of released) instance.isProtected = false;
  group.setDesired(group.desired - released.length);
}

/** Plays the day before the replay: the initial instances boot, then the initial tasks start, older than any warm-up. */
function warmUp(service: Service, group: AutoScalingGroup, { initialTasks, tasksPerInstance }: FleetSettings): void {
  group.setDesired(Math.ceil(initialTasks / tasksPerInstance));
  group.step(-day);
  group.step(-day / 2);
  // The launch rate of a minute may not suffice for all of them.
  for (let now = -day / 2; now < 0 && service.running < initialTasks; now += 60_000) {
    service.step({ instances: group.instances, waitingElsewhere: 0, mayLaunch: true }, now);
  }
}

const day = 86_400_000;
