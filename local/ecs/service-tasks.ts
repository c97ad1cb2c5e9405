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
  /** How long a task waits for room at most. */
  provisioningTimeoutMilliseconds: number;
  onLine(taskId: string, line: string): void;
  onRunning(task: Task): void;
  onStartedWell(): void;
  /** It had a process or was to have one, and that has ended. */
  onEnded(task: Task): void;
  /** It never had one: it waited for room until nobody wanted it any more. */
  onGivenUp(task: Task): void;
}

/** What came of a look. */
export interface Followed {
  started: Task[];
  /** Tasks that ran and were told to stop. */
  stopped: Task[];
}

const mostStoppedTasks = 100;

/** How long a task may take to end when the whole service goes. */
const teardownSeconds = 5;

const scaledIn = "Scaling activity initiated by the service";

/** The tasks of one service as processes: makes real what the model wants of each, and tells what becomes of them. */
export class ServiceTasks {
  readonly #options: ServiceTasksOptions;
  /** Those that have not stopped, in the order in which they were made. */
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

  /** Compares every task with the model's; where they differ, a process is started, asked to end or killed. */
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

  /** Asks a task to end; the process of one that ran has its stop timeout for that, or less where it is given. */
  async stop(id: string, code: StopCode, reason: string, limitSeconds = Number.POSITIVE_INFINITY): Promise<void> {
    const live = this.#live.get(id);
    if (!live) return;
    if (!live.running) return this.#giveUp(live.task, code, reason);
    await live.running.stop(code, reason, Math.min(limitSeconds, this.#options.definition.stopTimeoutSeconds));
  }

  /** Asks all to end at once. */
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
    const { definition, clock, processes, onLine, onRunning, onStartedWell } = this.#options;
    task.instanceId = instanceId;
    const running = new RunningTask({
      task,
      definition,
      clock,
      processes,
      onLine: (line) => onLine(id, line),
      onRunning: () => onRunning({ ...task }),
      onStartedWell,
      onStopped: () => {
        this.#forget(task);
        this.#options.onEnded({ ...task });
      },
    });
    this.#live.set(id, { task, running });
    return task;
  }

  /** The model has it no more: its instance went, it waited too long, or it was superfluous before it ran. */
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
    // Not in the middle of a look.
    queueMicrotask(() => this.#options.onGivenUp({ ...task }));
  }

  #forget(task: Task): void {
    this.#live.delete(task.id);
    this.#stopped.push({ ...task });
    if (this.#stopped.length > mostStoppedTasks) this.#stopped.shift();
  }
}
