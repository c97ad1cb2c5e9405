import type { ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { Duplex, type Readable } from "node:stream";
import type { Clock } from "../../runtime/clock.ts";
import { AppError, asError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import type { Artifacts } from "../jobs/artifacts.ts";
import { JobFailure } from "../jobs/job-type.ts";
import { ActiveRun, type Run } from "./active-run.ts";
import { explainEnd, type RunnerEnd } from "./explain-end.ts";
import { readJsonLines, writeJsonLine } from "./json-lines.ts";
import { killRunner, type LaunchOptions, launchRunner } from "./launch-runner.ts";
import { OutputRelay } from "./output-relay.ts";
import { residentMemory } from "./resident-memory.ts";
import { longestMessageBytes, type RunnerCommand, type RunRequest } from "./runner-protocol.ts";

export interface RunnerOptions extends LaunchOptions {
  fetchUpload: Artifacts["fetchUpload"];
  clock: Clock;
  log: Log;
}

/**
 * A child process that runs handlers, one at a time. Uses its own pipe, because Node's IPC throws in the parent on invalid data. A
 * handler runs as the worker's user and can kill the worker. All jobs of that worker then run again.
 */
export class RunnerProcess {
  /** Resolves when the process has ended and its last event is read. */
  readonly gone: Promise<void>;
  readonly #options: RunnerOptions;
  readonly #child: ChildProcess;
  readonly #channel: Duplex;
  readonly #output: OutputRelay;
  #owner: string | undefined;
  #current: ActiveRun | undefined;
  #isUsable = true;
  #fault: RunnerEnd["fault"];
  #usedMegabytes: number | undefined;
  #wasAbove = false;

  /** @throws AppError `no-runner` or the system's error when no process can be started. */
  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#child = launchRunner(options);
    const ended = this.#watchEnd();
    this.#channel = channelOf(this.#child);
    this.#output = new OutputRelay([this.#child.stdout, this.#child.stderr], options.log);
    this.gone = this.#awaitEnd(ended);
    readJsonLines(
      this.#channel,
      { longestBytes: longestMessageBytes },
      {
        line: (line) => this.#receive(line),
        tooLong: () => this.#end(`sent a message of more than ${longestMessageBytes} bytes`),
      },
    );
  }

  /** Whether another run can start here. */
  get isUsable(): boolean {
    return this.#isUsable && this.#current === undefined;
  }

  /** Whether the process has ended or is being killed. */
  get isEnding(): boolean {
    return !this.#isUsable;
  }

  /** Owner of the latest run; undefined before the first. */
  get owner(): string | undefined {
    return this.#owner;
  }

  run(request: RunRequest): Run {
    const { owner, ...told } = request;
    const run = randomUUID();
    this.#owner = owner;
    this.#output.follow(request);
    this.#current = new ActiveRun(run, request, this.#options.clock, {
      abort: () => this.#send({ kind: "abort", run }),
      kill: () => this.#end("was ended because it did not stop in time"),
      openUpload: (id, objectKey) => void this.#openUpload(run, id, objectKey, request),
    });
    this.#send({ kind: "run", run, request: told, resultBytes: this.#options.memory.resultBytes });
    return this.#current;
  }

  kill(): void {
    this.#end("was ended with its worker");
  }

  /** Ends the process if it uses more memory than it may. */
  checkMemory(): void {
    const used = this.#child.pid === undefined ? undefined : residentMemory(this.#child.pid);
    if (used === undefined || this.#fault !== undefined) return;
    const allowed = this.#options.memory.residentMegabytes;
    this.#usedMegabytes = used.withDescendants;
    // While a descendant is being started, its parent's memory is counted twice. So the memory with descendants must be above the limit in
    // two checks in a row.
    const isAbove = used.withDescendants > allowed;
    if (used.own > allowed || (isAbove && this.#wasAbove)) this.#endFor({ kind: "memory" });
    this.#wasAbove = isAbove;
  }

  /** Fetches an upload for the handler, whose process has no credentials. */
  async #openUpload(run: string, id: number, objectKey: string, { owner, folder }: RunRequest): Promise<void> {
    try {
      const { file, bytes } = await this.#options.fetchUpload(owner, objectKey, folder);
      this.#send({ kind: "upload", run, id, file, bytes });
    } catch (error) {
      const { message } = asError(error);
      const failure =
        error instanceof JobFailure
          ? { code: error.code, message, isFinal: error.isFinal }
          : { code: "upload-unavailable", message, isFinal: false };
      this.#send({ kind: "no-upload", run, id, ...failure });
    }
  }

  #send(command: RunnerCommand): void {
    // An ended runner needs no more commands.
    if (this.#channel.writable) writeJsonLine(this.#channel, JSON.stringify(command));
  }

  #receive(line: string): void {
    // Ignore events while the process is being killed.
    if (this.#fault !== undefined) return;
    const received = this.#current?.receive(line);
    if (received === "ended") this.#current = undefined;
    if (received === "invalid") this.#end("broke the runner protocol");
  }

  #end(phrase: string): void {
    this.#endFor({ kind: "other", phrase });
  }

  #endFor(fault: NonNullable<RunnerEnd["fault"]>): void {
    this.#fault ??= fault;
    if (this.#isUsable) killRunner(this.#child);
    this.#isUsable = false;
  }

  /** Resolves to how the process ended. Kills the other processes of its group then. */
  #watchEnd(): Promise<Pick<RunnerEnd, "how" | "signal">> {
    return new Promise((resolve) => {
      this.#child.on("exit", (code, signal) => {
        killRunner(this.#child);
        resolve({ how: signal ? `was ended by ${signal}` : `exited with code ${code}`, signal });
      });
      this.#child.on("error", (error) => {
        if (this.#child.pid === undefined) resolve({ how: `could not be started: ${error.message}`, signal: null });
      });
    });
  }

  async #awaitEnd(ended: Promise<Pick<RunnerEnd, "how" | "signal">>): Promise<void> {
    const guard = this.#child.stdio[guardDescriptor];
    const streams = [this.#channel, this.#child.stdout, this.#child.stderr].filter((stream) => stream !== null);
    const closed = Promise.all(streams.map(untilClosed));
    // No data passes through the guard's pipe. An error on it shows only that the guard has ended.
    guard?.on("error", () => {});
    let cancelKill = () => {};
    // The channel also closes when the process ends. Kill the process if it still runs a moment later: it cannot be used without its channel.
    this.#channel.on("close", () => {
      cancelKill = this.#options.clock.after(drainMilliseconds, () => this.#end("closed its channel"));
    });

    const { how, signal } = await ended;
    cancelKill();
    this.#isUsable = false;
    // An outcome sent just before the end may still be in the pipe. The wait is bounded: a process that left the group may hold
    // the pipe open forever.
    const stopWaiting = this.#options.clock.after(drainMilliseconds, () => {
      for (const stream of streams) stream.destroy();
    });
    await closed;
    cancelKill();
    stopWaiting();
    guard?.destroy();
    const { memory } = this.#options;
    const usedMegabytes = this.#usedMegabytes;
    const isHeapFull = this.#output.isHeapFull;
    this.#current?.end(explainEnd({ how, signal, fault: this.#fault, isHeapFull, usedMegabytes, memory }));
    this.#current = undefined;
  }
}

const drainMilliseconds = 1_000;

const guardDescriptor = 4;

function channelOf(child: ChildProcess): Duplex {
  const channel = child.stdio?.[3];
  if (channel instanceof Duplex) return channel;
  throw new AppError("no-runner", "The runner process was started without its pipe.");
}

function untilClosed(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    stream.on("close", resolve);
    // The stream's "close" event follows. The process's exit code or signal is reported instead.
    stream.on("error", () => {});
  });
}
