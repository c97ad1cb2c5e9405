import {
  concludeDeployment,
  type Deployment,
  recordFailure,
  recordHealthy,
  revisionOf,
  startDeployment,
} from "./deployment.ts";
import { type Instance, type Size, takeRoom } from "./instance.ts";
import { LaunchRate } from "./launch-rate.ts";
import { findRoom } from "./place-tasks.ts";
import { countCurrent, type PlanSettings, planTasks } from "./plan-tasks.ts";
import type { Task } from "./task.ts";

export interface SchedulerSettings extends PlanSettings {
  taskSize: Size;
  provisioningTasksMaximum: number;
  provisioningTimeoutMilliseconds: number;
  launchesPerMinuteMaximum: number;
  taskStartMilliseconds: number;
  stopTimeoutMilliseconds: number;
  newTaskId(): string;
}

export interface Surroundings {
  instances: readonly Instance[];
  /** Tasks of the cluster's other services that wait for room: the cap is the cluster's. */
  waitingElsewhere: number;
  /** False while failed starts hold further ones back. */
  mayLaunch: boolean;
}

/** The changes of a step: tasks that were placed, tasks that began to run, and placed tasks that are gone. */
export interface ServiceChanges {
  placed: readonly Task[];
  running: readonly Task[];
  ended: readonly Task[];
}

/** An ECS service as its scheduler sees it. Times are milliseconds. */
export class Service {
  desired: number;
  deployment: Deployment = startDeployment(1, 1);
  /** In the order in which they were made. */
  tasks: readonly Task[] = [];
  /** How many tasks run, and how many wait for room. */
  running = 0;
  waiting = 0;
  readonly #settings: SchedulerSettings;
  readonly #launches: LaunchRate;
  #placed: Task[] = [];
  #cameUp: Task[] = [];
  #ended: Task[] = [];
  #mustSweep = false;

  constructor(desired: number, settings: SchedulerSettings) {
    this.desired = desired;
    this.#settings = settings;
    this.#launches = new LaunchRate(settings.launchesPerMinuteMaximum);
  }

  /** Begins to replace all tasks by tasks of another revision. */
  deploy(revision: number): void {
    this.deployment = startDeployment(revisionOf(this.deployment), revision);
  }

  /** Ends and starts tasks that are due, stops surplus tasks, starts and places missing ones. */
  step(surroundings: Surroundings, now: number): ServiceChanges {
    this.#settle(now);
    const revision = revisionOf(this.deployment);
    const plan = planTasks(this.tasks, { desired: this.desired, revision }, this.#settings, now);
    for (const task of plan.stop) this.#stop(task, now);
    this.#start(plan.start, surroundings, now);
    // Without a stop timeout they end within this step, after the new ones were placed.
    for (const task of plan.stop) if (task.state === "stopping" && (task.until ?? now) <= now) this.#end(task);
    this.#sweep();
    if (this.#isDeploying && this.#isSteady(revision)) this.deployment = concludeDeployment(this.deployment);
    return this.#takeChanges();
  }

  /** When something falls due by itself; Infinity when nothing does. */
  nextDueAt(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { state, since, until } of this.tasks) {
      const due = state === "provisioning" ? since + this.#settings.provisioningTimeoutMilliseconds : until;
      if (due !== undefined && due < next) next = due;
    }
    const isMissing = countCurrent(this.tasks, revisionOf(this.deployment)) < this.desired;
    return isMissing ? Math.min(next, this.#launches.nextAllowanceAt(now)) : next;
  }

  /** A task has come up, where starts are observed and not modelled: from the next step on it runs. */
  confirmStart(taskId: string, now: number): void {
    const task = this.#find(taskId);
    if (task?.state === "pending") task.until = now;
  }

  /** StopTask: protection does not count, and the next step starts another task. */
  stopTask(taskId: string, now: number): void {
    const task = this.#find(taskId);
    if (task && task.state !== "stopping") this.#stop(task, now);
    this.#sweep();
  }

  /** A task ended by itself. The circuit breaker counts it when it never ran. */
  removeTask(taskId: string): void {
    const task = this.#find(taskId);
    if (!task) return;
    if (task.revision === this.deployment.to && task.state === "pending") {
      this.deployment = recordFailure(this.deployment, this.desired);
    }
    this.#end(task);
    this.#sweep();
  }

  #find(taskId: string): Task | undefined {
    return this.tasks.find(({ id }) => id === taskId);
  }

  /** Carries out what fell due since the last step; tasks go with their instance, protected or not. */
  #settle(now: number): void {
    for (const task of this.tasks) {
      const isDue = task.until !== undefined && task.until <= now;
      if (task.instance?.isGone) this.#end(task);
      else if (task.state === "pending" && isDue) this.#run(task, now);
      else if (task.state === "stopping" && isDue) this.#end(task);
      else if (task.state === "provisioning" && task.since + this.#settings.provisioningTimeoutMilliseconds <= now) {
        this.#end(task);
      }
    }
    this.#sweep();
  }

  #run(task: Task, now: number): void {
    task.state = "running";
    task.since = task.until ?? now;
    task.until = undefined;
    this.running += 1;
    this.#cameUp.push(task);
    if (task.revision === this.deployment.to) this.deployment = recordHealthy(this.deployment);
  }

  /** A running task may wind down until its stop timeout; others have nothing to wind down. */
  #stop(task: Task, now: number): void {
    if (task.state !== "running") {
      this.#end(task);
      return;
    }
    this.running -= 1;
    task.state = "stopping";
    task.since = now;
    task.until = now + this.#settings.stopTimeoutMilliseconds;
  }

  #end(task: Task): void {
    if (task.state === "provisioning") this.waiting -= 1;
    if (task.state === "running") this.running -= 1;
    if (task.instance) {
      task.instance.tasks -= 1;
      takeRoom(task.instance, task.size, -1);
      this.#ended.push(task);
    }
    task.state = "stopped";
    task.until = undefined;
    this.#mustSweep = true;
  }

  #sweep(): void {
    if (this.#mustSweep) this.tasks = this.tasks.filter(({ state }) => state !== "stopped");
    this.#mustSweep = false;
  }

  /** Places waiting tasks, then new ones. New ones without room wait as far as the cap allows; the rest is tried again. */
  #start(missing: number, { instances, waitingElsewhere, mayLaunch }: Surroundings, now: number): void {
    const { taskSize, strategy, provisioningTasksMaximum } = this.#settings;
    // All tasks of a service are of one size: where one has to wait there is no room for the next.
    const findPlace = () => findRoom(instances, taskSize, strategy);
    for (const task of this.waiting > 0 ? this.tasks : []) {
      if (task.state !== "provisioning") continue;
      const instance = findPlace();
      if (!instance) break;
      this.#place(task, instance, now);
      this.waiting -= 1;
    }
    const asked = mayLaunch ? Math.min(missing, this.#launches.allowance(now)) : 0;
    const fresh: Task[] = [];
    while (fresh.length < asked) {
      const instance = this.waiting === 0 ? findPlace() : undefined;
      if (!instance && this.waiting + waitingElsewhere >= provisioningTasksMaximum) break;
      const task = this.#newTask(now);
      if (instance) this.#place(task, instance, now);
      else this.waiting += 1;
      fresh.push(task);
    }
    if (fresh.length > 0) this.tasks = [...this.tasks, ...fresh];
    this.#launches.record(fresh.length, now);
  }

  #newTask(now: number): Task {
    return {
      id: this.#settings.newTaskId(),
      size: this.#settings.taskSize,
      revision: revisionOf(this.deployment),
      state: "provisioning",
      since: now,
      until: undefined,
      instance: undefined,
      protectedUntil: undefined,
    };
  }

  #place(task: Task, instance: Instance, now: number): void {
    task.state = "pending";
    task.since = now;
    task.until = now + this.#settings.taskStartMilliseconds;
    task.instance = instance;
    instance.tasks += 1;
    takeRoom(instance, task.size);
    this.#placed.push(task);
  }

  get #isDeploying(): boolean {
    return this.deployment.state === "in-progress" || this.deployment.state === "rolling-back";
  }

  #isSteady(revision: number): boolean {
    const wanted = this.tasks.filter(({ state }) => state !== "stopping");
    return (
      this.running === this.desired &&
      wanted.length === this.desired &&
      wanted.every((task) => task.revision === revision)
    );
  }

  #takeChanges(): ServiceChanges {
    // A task that began to run may have been stopped in the same step.
    const running = this.#cameUp.filter(({ state }) => state === "running");
    const changes = { placed: this.#placed, running, ended: this.#ended };
    this.#placed = [];
    this.#cameUp = [];
    this.#ended = [];
    return changes;
  }
}
