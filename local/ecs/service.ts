import { EventEmitter } from "node:events";
import type { Clock } from "../../runtime/clock.ts";
import { AppError } from "../../runtime/errors.ts";
import type { Processes } from "../processes/processes.ts";
import { chooseExcess } from "./choose-excess.ts";
import { isProtected, protect } from "./protection.ts";
import { killedExitCode, noThrottle, throttleAfter } from "./restart-throttle.ts";
import { RunningTask, type TaskDefinition } from "./running-task.ts";
import { type Cluster, newTask, type StopCode, type Task } from "./task.ts";

export type { TaskDefinition } from "./running-task.ts";
export type { Cluster, Task, TaskStatus } from "./task.ts";

export interface ServiceOptions {
  name: string;
  desiredCount: number;
  taskDefinition: TaskDefinition;
  cluster: Cluster;
  clock: Clock;
  processes: Pick<Processes, "spawn">;
  /** What the service did and why, as AWS's service events. */
  onEvent(message: string): void;
  onLine(taskId: string, line: string): void;
}

/** Starts a service, which keeps as many tasks as are desired. */
export function startService(options: ServiceOptions): Service {
  return new Service(options);
}

/** How long a task may take to end when the whole service goes. */
const teardownSeconds = 5;

const mostStoppedTasks = 100;

/** A service and its tasks. Each change, of the wish or of a task, is followed by a look at what is missing or too many. */
export class Service {
  /** Each task once when it runs and once when it has stopped. */
  readonly events = new EventEmitter<{ running: [Task]; stopped: [Task] }>();
  readonly #options: ServiceOptions;
  /** Those that have not stopped, in the order of their start. */
  readonly #tasks = new Map<string, RunningTask>();
  readonly #stoppedTasks: Task[] = [];
  #desiredCount: number;
  #throttle = noThrottle;
  #cancelNextLook = () => {};
  #blocked = 0;
  #isStopping = false;

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.#desiredCount = checkCount(options.desiredCount);
    this.#look();
  }

  get name(): string {
    return this.#options.name;
  }

  get desiredCount(): number {
    return this.#desiredCount;
  }

  setDesiredCount(count: number): void {
    this.#desiredCount = checkCount(count);
    this.#look();
  }

  /** The tasks that have not stopped, oldest first. */
  tasks(): Task[] {
    return [...this.#tasks.values()].map(({ task }) => ({ ...task }));
  }

  task(id: string): Task | undefined {
    const found = this.#tasks.get(id);
    return found && { ...found.task };
  }

  /** The latest of those that have, oldest first. */
  stoppedTasks(): Task[] {
    return [...this.#stoppedTasks];
  }

  /** As the StopTask API: protection does not count, and the service starts another task. */
  stopTask(id: string, reason: string): void {
    this.#stopOne(id, "UserInitiated", reason);
    this.#look();
  }

  isProtected(id: string): boolean {
    return isProtected(this.#find(id).task.protection, this.#options.clock.now());
  }

  protect(id: string, minutes?: number): void {
    this.#find(id).task.protection = protect(this.#options.clock.now(), minutes);
    // It may end sooner than the one before.
    this.#look();
  }

  unprotect(id: string): void {
    this.#find(id).task.protection = undefined;
    this.#look();
  }

  /** Ends all tasks at once, protected or not; none may take longer than the limit. */
  async stop(limitSeconds: number = teardownSeconds): Promise<void> {
    this.#isStopping = true;
    this.#cancelNextLook();
    const graceSeconds = Math.min(limitSeconds, this.#options.taskDefinition.stopTimeoutSeconds);
    const tasks = [...this.#tasks.values()];
    await Promise.all(tasks.map((task) => task.stop("ServiceSchedulerInitiated", "Service deleted", graceSeconds)));
  }

  #find(id: string): RunningTask {
    const found = this.#tasks.get(id);
    if (!found) throw new AppError("no-such-task", `expected a task of service ${this.name}; came "${id}"`);
    return found;
  }

  /** Starts what is missing, or stops what is too much. */
  #look(): void {
    this.#cancelNextLook();
    if (this.#isStopping) return;
    const wanted = this.#wanted();
    if (wanted.length < this.#desiredCount) this.#startMissing(this.#desiredCount - wanted.length);
    this.#stopExcess(wanted, Math.max(0, wanted.length - this.#desiredCount));
  }

  /** Those that have not been told to stop. */
  #wanted(): Task[] {
    return this.tasks().filter(({ desiredStatus }) => desiredStatus === "RUNNING");
  }

  #lookAgainAfter(milliseconds: number): void {
    this.#cancelNextLook = this.#options.clock.after(milliseconds, () => this.#look());
  }

  #startMissing(count: number): void {
    const waitMilliseconds = this.#throttle.retryAt - this.#options.clock.now();
    if (waitMilliseconds > 0) {
      this.#lookAgainAfter(waitMilliseconds);
      return;
    }
    const started = Array.from({ length: count }, () => this.#start());
    this.#tell(`has started ${count} tasks: ${nameAll(started)}.`);
  }

  #start(): Task {
    const { taskDefinition, cluster, clock, processes, onLine } = this.#options;
    const task = newTask(cluster, taskDefinition, clock.now());
    const running = new RunningTask({
      task,
      definition: taskDefinition,
      clock,
      processes,
      onLine: (line) => onLine(task.id, line),
      onRunning: () => this.events.emit("running", { ...task }),
      onStartedWell: () => this.#liftThrottle(),
      onStopped: () => this.#onStopped(task),
    });
    this.#tasks.set(task.id, running);
    return task;
  }

  #stopExcess(wanted: Task[], excess: number): void {
    const now = this.#options.clock.now();
    const chosen = chooseExcess(wanted, excess, now);
    for (const { id } of chosen)
      this.#stopOne(id, "ServiceSchedulerInitiated", "Scaling activity initiated by the service");
    if (chosen.length > 0) this.#tell(`has stopped ${chosen.length} running tasks: ${nameAll(chosen)}.`);

    const blocked = excess - chosen.length;
    if (blocked > 0) this.#lookAgainAfter(Math.min(...wanted.map((task) => endOfProtection(task, now))) - now);
    // Said once, and not again at each look.
    if (blocked > 0 && blocked !== this.#blocked) {
      this.#tell(`was unable to scale in due to (reason ${blocked} tasks under protection).`);
    }
    this.#blocked = blocked;
  }

  #stopOne(id: string, stopCode: StopCode, reason: string): void {
    void this.#find(id).stop(stopCode, reason, this.#options.taskDefinition.stopTimeoutSeconds);
  }

  #onStopped(task: Task): void {
    this.#tasks.delete(task.id);
    this.#stoppedTasks.push({ ...task });
    if (this.#stoppedTasks.length > mostStoppedTasks) this.#stoppedTasks.shift();
    if (task.stoppingAt === undefined) this.#onUnexpectedEnd(task);
    // A teardown waits for no long job; its lease and ticket outlive the task.
    else if (task.exitCode === killedExitCode && !this.#isStopping)
      this.#tell(`had to kill ${nameAll([task])}: SIGTERM did not end it in time.`);
    this.#look();
    this.events.emit("stopped", { ...task });
  }

  #onUnexpectedEnd(task: Task): void {
    const now = this.#options.clock.now();
    const exit = task.exitCode === undefined ? "" : ` (exit code ${task.exitCode})`;
    this.#tell(`lost ${nameAll([task])}: ${task.stoppedReason}${exit}.`);
    this.#throttle = throttleAfter(this.#throttle, task, now);
    const waitSeconds = (this.#throttle.retryAt - now) / 1_000;
    if (waitSeconds > 0) {
      this.#tell(`is unable to consistently start tasks successfully. It tries again in ${waitSeconds} s.`);
    }
  }

  #liftThrottle(): void {
    this.#throttle = noThrottle;
    this.#look();
  }

  #tell(message: string): void {
    this.#options.onEvent(`(service ${this.name}) ${message}`);
  }
}

function checkCount(count: number): number {
  if (Number.isInteger(count) && count >= 0) return count;
  throw new AppError("desired-count", `expected a desired count of 0 or more; came ${count}`);
}

/** The first digits suffice to tell tasks apart in what people read. */
function nameAll(tasks: Task[]): string {
  return tasks.map(({ id }) => `(task ${id.slice(0, 8)})`).join(" ");
}

function endOfProtection({ protection }: Task, now: number): number {
  return isProtected(protection, now) && protection ? protection.expiresAt : Number.POSITIVE_INFINITY;
}
