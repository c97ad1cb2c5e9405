import { type ChildProcess, spawn } from "node:child_process";
import { Duplex, type Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Clock } from "../../runtime/clock.ts";
import { AppError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import { readJsonLines, writeJsonLine } from "./json-lines.ts";
import { OutputRelay } from "./output-relay.ts";
import { ActiveRun, type Run } from "./run.ts";
import { longestMessageBytes, type RunnerCommand, type RunRequest } from "./runner-protocol.ts";

export interface RunnerOptions {
  /** The module a runner process executes. */
  entry: URL;
  /** Arguments of the module. */
  arguments: readonly string[];
  clock: Clock;
  log: Log;
}

/**
 * A child process that runs handlers, one at a time. It talks over a pipe of its own: Node's IPC throws in the parent
 * when the child writes data that is no IPC message. A handler cannot block the worker, but runs as the same user: if it kills
 * the worker, the attempts of the other slots end with it and run again.
 */
export class RunnerProcess {
  /** Resolves when the process has ended and its last event is read. */
  readonly gone: Promise<void>;
  readonly #options: RunnerOptions;
  readonly #child: ChildProcess;
  readonly #channel: Duplex;
  readonly #output: OutputRelay;
  #runs = 0;
  #current: ActiveRun | undefined;
  #isUsable = true;
  #fault: string | undefined;

  /** @throws AppError `no-runner` or the system's error when no process can be started. */
  constructor(options: RunnerOptions) {
    this.#options = options;
    // Not detached: the runner must end with its worker's process group.
    this.#child = spawn(process.execPath, [fileURLToPath(options.entry), ...options.arguments], {
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    const ended = this.#watchEnd();
    this.#channel = channelOf(this.#child);
    this.#output = new OutputRelay([this.#child.stdout, this.#child.stderr], options.log);
    this.gone = this.#awaitEnd(ended);
    readJsonLines(
      this.#channel,
      { longestBytes: longestMessageBytes },
      {
        line: (text) => this.#receive(text),
        tooLong: () => this.#end(`sent a message of more than ${longestMessageBytes} bytes`),
      },
    );
  }

  /** Whether another run can start here. */
  get isUsable(): boolean {
    return this.#isUsable && this.#current === undefined;
  }

  run(request: RunRequest): Run {
    this.#runs += 1;
    const run = this.#runs;
    this.#output.follow(request);
    this.#current = new ActiveRun(run, this.#options.clock, {
      abort: () => this.#send({ kind: "abort", run }),
      kill: () => this.#end("was ended because it did not stop in time"),
    });
    this.#send({ kind: "run", run, request });
    return this.#current;
  }

  kill(): void {
    this.#end("was ended with its worker");
  }

  #send(command: RunnerCommand): void {
    writeJsonLine(this.#channel, JSON.stringify(command));
  }

  #receive(text: string): void {
    // The process is being killed: nothing it sends counts any more.
    if (this.#fault !== undefined) return;
    const received = this.#current?.receive(text) ?? "ignored";
    if (received === "ended") this.#current = undefined;
    if (received === "invalid") this.#end("broke the runner protocol");
  }

  #end(fault: string): void {
    this.#fault ??= fault;
    this.#isUsable = false;
    // SIGKILL also ends a process that spins or is stopped.
    this.#child.kill("SIGKILL");
  }

  /** Resolves to a phrase for how the process ended. */
  #watchEnd(): Promise<string> {
    return new Promise((resolve) => {
      this.#child.on("exit", (code, signal) => resolve(signal ? `was ended by ${signal}` : `exited with code ${code}`));
      this.#child.on("error", (error) => {
        if (this.#child.pid === undefined) resolve(`could not be started: ${error.message}`);
      });
    });
  }

  async #awaitEnd(ended: Promise<string>): Promise<void> {
    const streams = [this.#channel, this.#child.stdout, this.#child.stderr].filter((stream) => stream !== null);
    const closed = Promise.all(streams.map(untilClosed));
    // Without its channel the process is useless even while it lives.
    this.#channel.on("close", () => this.#child.kill("SIGKILL"));

    const howItEnded = await ended;
    this.#isUsable = false;
    // An outcome sent just before the end may still be in the pipe. The wait is bounded: a process that the handler started
    // may hold the pipe open forever.
    const stopWaiting = this.#options.clock.after(drainMilliseconds, () => {
      for (const stream of streams) stream.destroy();
    });
    await closed;
    stopWaiting();
    this.#current?.die(this.#fault ?? howItEnded);
    this.#current = undefined;
  }
}

const drainMilliseconds = 1_000;

function channelOf(child: ChildProcess): Duplex {
  const channel = child.stdio?.[3];
  if (channel instanceof Duplex) return channel;
  throw new AppError("no-runner", "Expected a runner process with a channel; the system gave it none.");
}

function untilClosed(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    stream.on("close", resolve);
    // A "close" event follows; its exit code or signal is reported instead.
    stream.on("error", () => {});
  });
}
