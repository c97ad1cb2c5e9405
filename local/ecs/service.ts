import { EventEmitter } from "node:events";
import { AppError } from "../../runtime/errors.ts";
import { type Deployment, revisionOf } from "../../simulator/model/capacity/deployment.ts";
import * as model from "../../simulator/model/capacity/service-scheduler.ts";
import { isProtected, type ProtectionRefusal, protectTask } from "../../simulator/model/capacity/task.ts";
import { noThrottle, throttleAfter } from "./restart-throttle.ts";
import { describeEnd, describeLook, type Look, nothingSeen } from "./service-events.ts";
import { type ServiceEvent, ServiceLog } from "./service-log.ts";
import { ServiceTasks, type ServiceTasksOptions } from "./service-tasks.ts";
import type { Task } from "./task.ts";

export type { ProtectionRefusal } from "../../simulator/model/capacity/task.ts";
export type { Task, TaskStatus } from "./task.ts";

/** The target group of a service behind a load balancer. */
export interface ServiceTargets {
  /** Time after its start in which an unhealthy task is not replaced. */
  graceMilliseconds: number;
  onState(listener: (taskId: string, state: "initial" | "healthy" | "unhealthy" | "draining") => void): void;
  register(taskId: string): void;
  /** Resolves when the open requests have ended. */
  deregister(taskId: string): Promise<void>;
  remove(taskId: string): void;
  isUnhealthy(taskId: string): boolean;
}

export interface ServiceOptions extends Pick<ServiceTasksOptions, "cluster" | "clock" | "processes" | "onLine"> {
  name: string;
  isOnFargate: boolean;
  targets: ServiceTargets | undefined;
  desiredCount: number;
  taskDefinition: ServiceTasksOptions["definition"];
  settings: model.SchedulerSettings;
  /** Receives AWS's service events. */
  onEvent(message: string): void;
  /** Asks the cluster to run its schedulers, after a change. */
  look(): void;
}

/** A service of a cluster. The model decides how many tasks run and where; the tasks are processes. */
export class Service {
  /** Emits each task when it runs and when it has stopped. */
  readonly events = new EventEmitter<{ running: [Task]; stopped: [Task] }>();
  readonly createdAt: number;
  readonly #options: ServiceOptions;
  readonly #tasks: ServiceTasks;
  readonly #log: ServiceLog;
  readonly #model: model.Service;
  /** Each cancels a look at an unhealthy task after its grace period. */
  readonly #graceTimers = new Map<string, () => void>();
  #throttle = noThrottle;
  #seen: Look = nothingSeen;
  #isStopping = false;

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.createdAt = options.clock.now();
    const { desiredCount, taskDefinition, settings } = options;
    this.#log = new ServiceLog(options);
    this.#model = new model.Service(checkCount(desiredCount), settings);
    this.#tasks = new ServiceTasks({
      ...options,
      definition: taskDefinition,
      provisioningTimeoutMilliseconds: settings.provisioningTimeoutMilliseconds,
      onRunning: (task) => this.#onRunning(task),
      onStartedWell: () => {
        this.#throttle = noThrottle;
        options.look();
      },
      onEnded: (task) => this.#onEnded(task),
      onGivenUp: (task) => this.events.emit("stopped", task),
      beforeStop: options.targets?.deregister,
    });
    options.targets?.onState((taskId, state) => this.#onTargetState(taskId, state));
  }

  get name(): string {
    return this.#options.name;
  }

  get isOnFargate(): boolean {
    return this.#options.isOnFargate;
  }

  get isBehindLoadBalancer(): boolean {
    return this.#options.targets !== undefined;
  }

  get desiredCount(): number {
    return this.#model.desired;
  }

  get runningCount(): number {
    return this.#tasks.all().filter(({ status }) => status === "RUNNING").length;
  }

  /** Tasks that wait for room or are starting. */
  get pendingCount(): number {
    return this.#tasks.all().filter(({ status }) => status === "PROVISIONING" || status === "PENDING").length;
  }

  get deployment(): Deployment {
    return this.#model.deployment;
  }

  get taskDefinition(): ServiceTasksOptions["definition"] {
    return this.#options.taskDefinition;
  }

  /** The latest events, oldest first. */
  get lastEvents(): readonly ServiceEvent[] {
    return this.#log.latest;
  }

  /** The tasks in the model's form. */
  get modelTasks(): model.Service["tasks"] {
    return this.#model.tasks;
  }

  setDesiredCount(count: number): void {
    this.#model.desired = checkCount(count);
    this.#options.look();
  }

  /** Replaces all tasks, within the bounds of a deployment. */
  deploy(): void {
    this.#model.deploy(revisionOf(this.#model.deployment) + 1);
    this.#options.look();
  }

  /** The tasks that have not stopped, oldest first. */
  tasks(): Task[] {
    const protectedUntil = new Map(this.#model.tasks.map((task) => [task.id, task.protectedUntil]));
    return this.#tasks.all().map((task) => {
      const expiresAt = protectedUntil.get(task.id);
      return expiresAt === undefined ? task : { ...task, protection: { expiresAt } };
    });
  }

  task(id: string): Task | undefined {
    return this.tasks().find((task) => task.id === id);
  }

  /** The latest stopped tasks, oldest first. */
  stoppedTasks(): Task[] {
    return this.#tasks.stopped();
  }

  /** The StopTask API: ignores protection, and the service starts a replacement. */
  stopTask(id: string, reason: string): void {
    this.#check(id);
    void this.#tasks.stop(id, "UserInitiated", reason);
    this.#model.stopTask(id, this.#options.clock.now());
    this.#options.look();
  }

  isProtected(id: string): boolean {
    this.#check(id);
    const now = this.#options.clock.now();
    return this.#model.tasks.some((task) => task.id === id && isProtected(task, now));
  }

  /** Returns the reason if AWS would refuse it. */
  protect(id: string, minutes?: number): ProtectionRefusal | undefined {
    this.#check(id);
    const { tasks, desired } = this.#model;
    const refusal = protectTask(tasks, id, desired, this.#options.clock.now(), minutes);
    // The new protection may expire earlier than the old one.
    if (!refusal) this.#options.look();
    return refusal;
  }

  unprotect(id: string): void {
    this.#check(id);
    const task = this.#model.tasks.find((one) => one.id === id);
    if (task) task.protectedUntil = undefined;
    this.#options.look();
  }

  /** Stops all tasks at once, protected or not, within the limit. */
  async stop(limitSeconds?: number): Promise<void> {
    this.#isStopping = true;
    await this.#tasks.stopAll("Service deleted", limitSeconds);
  }

  /** Runs the scheduler once; the cluster calls it. */
  step(surroundings: Omit<model.Surroundings, "mayLaunch">, now: number): void {
    if (this.#isStopping) return;
    this.#model.step({ ...surroundings, mayLaunch: this.#throttle.retryAt <= now }, now);

    const instanceIds = new Set(surroundings.instances.map(({ id }) => id));
    const followed = this.#tasks.follow(this.#model.tasks, instanceIds);
    // On Fargate tasks wait for their start, not for room on an instance.
    const { tasks, desired } = this.#model;
    const waiting = this.isOnFargate ? 0 : this.#model.waiting;
    const { messages, seen } = describeLook({ tasks, desired, waiting }, followed, this.#seen, now);
    this.#seen = seen;
    this.#log.tell(messages);
  }

  /** The next time at which the cluster must run without an event. */
  nextDueAt(now: number): number {
    const times = [this.#throttle.retryAt, ...this.#model.tasks.map(({ protectedUntil = 0 }) => protectedUntil)];
    return times.reduce((soonest, time) => (time > now && time < soonest ? time : soonest), Number.POSITIVE_INFINITY);
  }

  #check(id: string): void {
    if (this.#tasks.has(id)) return;
    throw new AppError("no-such-task", `expected a task of service ${this.name}; came "${id}"`);
  }

  /** Behind a load balancer a task counts as running for the scheduler when its target is healthy. */
  #onRunning(task: Task): void {
    const { targets, clock } = this.#options;
    if (targets) targets.register(task.id);
    else this.#model.confirmStart(task.id, clock.now());
    this.#options.look();
    this.events.emit("running", task);
  }

  #onTargetState(taskId: string, state: "initial" | "healthy" | "unhealthy" | "draining"): void {
    if (!this.#tasks.has(taskId)) return;
    if (state === "healthy") {
      this.#model.confirmStart(taskId, this.#options.clock.now());
      this.#options.look();
    }
    if (state === "unhealthy") this.#replaceUnhealthy(taskId);
  }

  /** Stops the task, for which the service then starts another; within the grace period, only after it. */
  #replaceUnhealthy(taskId: string): void {
    const { targets, clock } = this.#options;
    const task = this.task(taskId);
    if (!targets?.isUnhealthy(taskId) || task?.status !== "RUNNING" || this.#isStopping) return;
    const graceEndsAt = (task.startedAt ?? 0) + targets.graceMilliseconds;
    if (clock.now() < graceEndsAt) {
      this.#graceTimers.get(taskId)?.();
      this.#graceTimers.set(
        taskId,
        clock.after(graceEndsAt - clock.now(), () => this.#replaceUnhealthy(taskId)),
      );
      return;
    }
    void this.#tasks.stop(taskId, "ServiceSchedulerInitiated", "Task failed ELB health checks");
    this.#model.stopTask(taskId, clock.now());
    this.#options.look();
  }

  #onEnded(task: Task): void {
    this.#options.targets?.remove(task.id);
    this.#graceTimers.get(task.id)?.();
    this.#graceTimers.delete(task.id);
    const now = this.#options.clock.now();
    this.#model.removeTask(task.id);
    if (task.stoppingAt === undefined) this.#throttle = throttleAfter(this.#throttle, task, now);
    const waitMilliseconds = this.#throttle.retryAt - now;
    // On teardown a kill is expected: lease and message return the job to the queue.
    if (!this.#isStopping) this.#log.tell(describeEnd(task, waitMilliseconds));
    this.#options.look();
    this.events.emit("stopped", task);
  }
}

/** @throws AppError `desired-count` */
function checkCount(count: number): number {
  if (Number.isInteger(count) && count >= 0) return count;
  throw new AppError("desired-count", `expected a whole desired count of 0 or more; came ${count}`);
}
