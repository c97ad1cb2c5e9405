import type { Clock } from "../../runtime/clock.ts";
import type { Task as ModelTask } from "../../simulator/model/capacity/task.ts";
import type { Processes } from "../processes/processes.ts";
import { RunningTask, type TaskDefinition } from "./running-task.ts";
import { type ClusterPlace, newTask, type StopCode, type Task } from "./task.ts";

export interface ServiceTasksOptions {
  cluster: ClusterPlace;
  definition: TaskDefinition;
  clock: Clock;
  processes: Pick<Processes, "spawn">;
  /** The longest time that a task waits for room. */
  provisioningTimeoutMilliseconds: number;
  onLine(taskId: string, line: string): void;
  onRunning(task: Task): void;
  onStartedWell(): void;
  /** Awaited before a running task gets SIGTERM, if it has any time to stop. */
  beforeStop?: ((taskId: string) => Promise<void>) | undefined;
  /** Called when a task's process has ended or failed to start. */
  onEnded(task: Task): void;
  /** Called when a task ends that never had a process. */
  onGivenUp(task: Task): void;
}

/** The result of `follow`. */
export interface Followed {
  started: Task[];
  /** Running tasks that were told to stop. */
  stopped: Task[];
}

const mostStoppedTasks = 100;

/** The longest time that a task may take to stop when its service is deleted. */
const teardownSeconds = 5;

const scaledIn = "Scaling activity initiated by the service";

/** The tasks of one service as processes. Starts and stops processes as the model asks, and reports their ends. */
export class ServiceTasks {
  readonly #options: ServiceTasksOptions;
  /** The tasks that have not stopped, oldest first. */
  readonly #live = new Map<string, { task: Task; running?: RunningTask }>();
  readonly #stopped: Task[] = [];

  constructor(options: ServiceTasksOptions) {
    this.#options = options;
  }

  all(): Task[] {
    return [...this.#live.values()].map(({ task }) => ({ ...task }));
  }

  has(id: string): boolean {
    return this.#live.has(id);
  }

  stopped(): Task[] {
    return [...this.#stopped];
  }

  /** Starts, stops or kills processes so that they match the model's tasks. */
  follow(wanted: readonly ModelTask[], instanceIds: ReadonlySet<string>): Followed {
    const started: Task[] = [];
    const stopped: Task[] = [];
    for (const { id, state, instance } of wanted) {
      const { task, running } = this.#live.get(id) ?? this.#add(id);
      if (instance && !running) started.push(this.#start(id, task, instance.id));
      if (state !== "stopping" || task.desiredStatus === "STOPPED") continue;
      void this.stop(id, "ServiceSchedulerInitiated", scaledIn);
      stopped.push({ ...task });
    }
    const known = new Set(wanted.map(({ id }) => id));
    for (const { task } of this.#live.values()) {
      if (!known.has(task.id) && task.desiredStatus === "RUNNING") this.#end(task, instanceIds);
    }
    return { started, stopped };
  }

  /** Stops a task within its stop timeout, or within the limit if that is shorter. */
  async stop(id: string, code: StopCode, reason: string, limitSeconds = Number.POSITIVE_INFINITY): Promise<void> {
    const live = this.#live.get(id);
    if (!live) return;
    if (!live.running) return this.#giveUp(live.task, code, reason);
    await live.running.stop(code, reason, Math.min(limitSeconds, this.#options.definition.stopTimeoutSeconds));
  }

  /** Stops all tasks at once. */
  async stopAll(reason: string, limitSeconds: number = teardownSeconds): Promise<void> {
    const ids = [...this.#live.keys()];
    await Promise.all(ids.map((id) => this.stop(id, "ServiceSchedulerInitiated", reason, limitSeconds)));
  }

  #add(id: string): { task: Task; running?: RunningTask } {
    const { cluster, definition, clock } = this.#options;
    const live = { task: newTask(id, cluster, definition, clock.now()) };
    this.#live.set(id, live);
    return live;
  }

  #start(id: string, task: Task, instanceId: string): Task {
    const { definition, clock, processes, onLine, onRunning, onStartedWell, beforeStop } = this.#options;
    task.instanceId = instanceId;
    const running = new RunningTask({
      task,
      definition,
      clock,
      processes,
      onLine: (line) => onLine(id, line),
      onRunning: () => onRunning({ ...task }),
      onStartedWell,
      beforeStop: beforeStop && (() => beforeStop(id)),
      onStopped: () => {
        this.#forget(task);
        this.#options.onEnded({ ...task });
      },
    });
    this.#live.set(id, { task, running });
    return task;
  }

  /**
   * Ends a task that the model has dropped: its instance is gone, it waited too long, or it was not needed before it
   * ran.
   */
  #end(task: Task, instanceIds: ReadonlySet<string>): void {
    const { id, instanceId, status, createdAt } = task;
    const { clock, provisioningTimeoutMilliseconds } = this.#options;
    if (instanceId !== undefined && !instanceIds.has(instanceId)) {
      void this.stop(id, "TerminationNotice", `Host EC2 (instance ${instanceId}) terminated.`, 0);
    } else if (status === "PROVISIONING" && createdAt + provisioningTimeoutMilliseconds <= clock.now()) {
      void this.stop(id, "TaskFailedToStart", "Timed out waiting for capacity");
    } else {
      void this.stop(id, "ServiceSchedulerInitiated", scaledIn, 0);
    }
  }

  #giveUp(task: Task, stopCode: StopCode, stoppedReason: string): void {
    const now = this.#options.clock.now();
    const stopped = { status: "STOPPED", desiredStatus: "STOPPED", stoppingAt: now, stoppedAt: now } as const;
    Object.assign(task, { ...stopped, stopCode, stoppedReason });
    this.#forget(task);
    // Not while the scheduler runs.
    queueMicrotask(() => this.#options.onGivenUp({ ...task }));
  }

  #forget(task: Task): void {
    this.#live.delete(task.id);
    this.#stopped.push({ ...task });
    if (this.#stopped.length > mostStoppedTasks) this.#stopped.shift();
  }
}
