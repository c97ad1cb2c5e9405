import { constants } from "node:os";
import type { Clock } from "../../runtime/clock.ts";
import { asError } from "../../runtime/errors.ts";
import type { Size } from "../../simulator/model/capacity/instance.ts";
import { noUserSettings } from "../processes/no-user-settings.ts";
import type { Processes } from "../processes/processes.ts";
import type { Exit, ProcessGroup } from "../processes/spawn-group.ts";
import { startedWellSeconds } from "./restart-throttle.ts";
import type { StopCode, Task } from "./task.ts";

export interface TaskDefinition {
  family: string;
  revision: number;
  command: string[];
  /** The image's content; the command runs in it. */
  directory: string;
  /** All that the task's process sees, but for what ECS itself adds. */
  environment(taskId: string): Record<string, string>;
  stopTimeoutSeconds: number;
  /** The room it takes on its instance. */
  size: Size;
}

export interface RunningTaskOptions {
  task: Task;
  definition: TaskDefinition;
  clock: Clock;
  processes: Pick<Processes, "spawn">;
  onLine(line: string): void;
  onRunning(): void;
  /** It has run long enough for its code to be trusted to start. */
  onStartedWell(): void;
  onStopped(): void;
}

/** A task's life, from the start of its process to the end of its process group. */
export class RunningTask {
  /** As it is now; whoever hands it on makes a copy. */
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

  /** SIGTERM to the main process, and after the grace SIGKILL to all; only the first reason given is kept. */
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
      // Not before whoever makes the task has it in hand.
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

  /** The reason is the task's own only if it was not told to stop. */
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

/** An image brings its own Node; the process that stands for its container takes the one that runs the cloud. */
function onThisNode([file = "", ...args]: string[]): string[] {
  return [file === "node" ? process.execPath : file, ...args];
}
