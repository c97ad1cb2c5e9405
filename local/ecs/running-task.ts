import { constants } from "node:os";
import type { Clock } from "../../runtime/clock.ts";
import { asError } from "../../runtime/errors.ts";
import type { Size } from "../../simulator/model/capacity/instance.ts";
import type { Processes } from "../processes/processes.ts";
import { type Exit, noUserSettings, type ProcessGroup } from "../processes/spawn-group.ts";
import { startedWellSeconds } from "./restart-throttle.ts";
import type { StopCode, Task } from "./task.ts";

export interface TaskDefinition {
  family: string;
  revision: number;
  command: string[];
  /** The image's content, which is the working directory. */
  directory: string;
  /** The variables of the process, without those that ECS adds. */
  environment(taskId: string): Record<string, string>;
  stopTimeoutSeconds: number;
  /** CPU and memory that it takes on its instance. */
  size: Size;
}

export interface RunningTaskOptions {
  task: Task;
  definition: TaskDefinition;
  clock: Clock;
  processes: Pick<Processes, "spawn">;
  onLine(line: string): void;
  onRunning(): void;
  /** Called when it has run for `startedWellSeconds`. */
  onStartedWell(): void;
  /** Awaited before SIGTERM, if the task has any time to stop. */
  beforeStop?: (() => Promise<void>) | undefined;
  onStopped(): void;
}

/** A running task, from the start of its process to the end of its process group. */
export class RunningTask {
  /** The live state; copy it before handing it on. */
  readonly task: Task;
  readonly #options: RunningTaskOptions;
  readonly #group: ProcessGroup | undefined;
  readonly #stopped = Promise.withResolvers<void>();
  #cancelStartedWell = () => {};

  constructor(options: RunningTaskOptions) {
    this.#options = options;
    this.task = options.task;
    this.task.status = "PENDING";
    this.#group = this.#start();
  }

  /**
   * Sends SIGTERM to the main process, and SIGKILL to the group after the grace period. The first reason given is kept.
   */
  async stop(stopCode: StopCode, reason: string, graceSeconds: number): Promise<void> {
    const { task } = this;
    if (task.desiredStatus === "RUNNING") {
      const stoppingAt = this.#options.clock.now();
      Object.assign(task, {
        status: "STOPPING",
        desiredStatus: "STOPPED",
        stoppingAt,
        stopCode,
        stoppedReason: reason,
      });
    }
    const { beforeStop } = this.#options;
    if (beforeStop && graceSeconds > 0) await beforeStop();
    await this.#group?.terminate(graceSeconds * 1_000);
    await this.#stopped.promise;
  }

  #start(): ProcessGroup | undefined {
    const { definition, processes, onLine } = this.#options;
    try {
      const group = processes.spawn({
        command: onThisNode(definition.command),
        directory: definition.directory,
        environment: { AWS_EXECUTION_ENV: "AWS_ECS_EC2", ...noUserSettings, ...definition.environment(this.task.id) },
        onLine,
      });
      this.task.pid = group.pid;
      void group.started.then(() => this.#onStarted());
      void group.exited.then((exit) => this.#onExit(exit));
      return group;
    } catch (thrown) {
      const reason = `CannotStartContainerError: ${asError(thrown).message}`;
      // The caller needs the object before it hears of its end.
      queueMicrotask(() => this.#end("TaskFailedToStart", reason));
      return undefined;
    }
  }

  #onStarted(): void {
    if (this.task.status !== "PENDING") return;
    const { clock, onRunning, onStartedWell } = this.#options;
    this.task.status = "RUNNING";
    this.task.startedAt = clock.now();
    this.#cancelStartedWell = clock.after(startedWellSeconds * 1_000, onStartedWell);
    onRunning();
  }

  #onExit({ code, signal }: Exit): void {
    this.task.exitCode = code ?? 128 + constants.signals[signal ?? "SIGKILL"];
    this.#end("EssentialContainerExited", "Essential container in task exited");
  }

  /** A task that was told to stop keeps that reason. */
  #end(stopCode: StopCode, stoppedReason: string): void {
    const { task } = this;
    this.#cancelStartedWell();
    delete task.pid;
    task.stopCode ??= stopCode;
    task.stoppedReason ??= stoppedReason;
    task.stoppedAt = this.#options.clock.now();
    task.status = "STOPPED";
    task.desiredStatus = "STOPPED";
    this.#stopped.resolve();
    this.#options.onStopped();
  }
}

/** An image brings its own Node; the laptop uses the one that runs the cloud. */
function onThisNode([file = "", ...args]: string[]): string[] {
  return [file === "node" ? process.execPath : file, ...args];
}
