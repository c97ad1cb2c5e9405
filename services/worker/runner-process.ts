import { type ChildProcess, spawn } from "node:child_process";
import { Duplex, type Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Clock } from "../../runtime/clock.ts";
import { AppError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import { readMessageLines, writeMessageLine } from "./message-lines.ts";
import { OutputRelay } from "./output-relay.ts";
import { ActiveRun, type Run } from "./run.ts";
import { longestMessageBytes, type RunnerCommand, type RunRequest } from "./runner-protocol.ts";

export interface RunnerOptions {
  /** The module a runner process executes. */
  entry: URL;
  clock: Clock;
  log: Log;
}

/**
 * A process that runs handlers, one at a time. It has pipes of its own rather than Node's IPC, which throws in the parent
 * when a child writes anything else to it. Nothing it does can block this process, but it runs as the same user: a handler
 * that kills its parent takes the other slots' attempts with it, and they run again.
 */
export class RunnerProcess {
  /** Resolves when the process has ended and its last word was heard. */
  readonly gone: Promise<void>;
  readonly #options: RunnerOptions;
  readonly #child: ChildProcess;
  readonly #channel: Duplex;
  readonly #output: OutputRelay;
  #runs = 0;
  #current: ActiveRun | undefined;
  #isUsable = true;
  #fault: string | undefined;

  /** @throws AppError `no-runner`, or whatever the system says, when no process can be had. */
  constructor(options: RunnerOptions) {
    this.#options = options;
    // Not detached: a runner must end with its worker's process group.
    this.#child = spawn(process.execPath, [fileURLToPath(options.entry)], {
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    const ended = this.#watchEnd();
    this.#channel = channelOf(this.#child);
    this.#output = new OutputRelay([this.#child.stdout, this.#child.stderr], options.log);
    this.gone = this.#outlive(ended);
    readMessageLines(
      this.#channel,
      { longestBytes: longestMessageBytes },
      {
        line: (text) => this.#hear(text),
        tooLong: () => this.#end(`sent a message of more than ${longestMessageBytes} bytes`),
      },
    );
  }

  /** Can take another run. */
  get isUsable(): boolean {
    return this.#isUsable && this.#current === undefined;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  run(request: RunRequest): Run {
    this.#runs += 1;
    const run = this.#runs;
    this.#output.follow(request);
    this.#current = new ActiveRun(run, this.#options.clock, {
      abort: () => this.#tell({ kind: "abort", run }),
      kill: () => this.#end("was ended because it did not stop in time"),
    });
    this.#tell({ kind: "run", run, request });
    return this.#current;
  }

  kill(): void {
    this.#end("was ended with its worker");
  }

  #tell(message: RunnerCommand): void {
    writeMessageLine(this.#channel, JSON.stringify(message));
  }

  #hear(text: string): void {
    // After the end was decided nothing counts any more.
    if (this.#fault !== undefined) return;
    const heard = this.#current?.hear(text) ?? "ignored";
    if (heard === "answered") this.#current = undefined;
    if (heard === "broken") this.#end("sent what no runner sends");
  }

  #end(fault: string): void {
    this.#fault ??= fault;
    this.#isUsable = false;
    // Ends a process that spins or is stopped just as well.
    this.#child.kill("SIGKILL");
  }

  /** How the process ended, in words. */
  #watchEnd(): Promise<string> {
    return new Promise((resolve) => {
      this.#child.on("exit", (code, signal) => resolve(signal ? `was ended by ${signal}` : `exited with code ${code}`));
      this.#child.on("error", (error) => {
        if (this.#child.pid === undefined) resolve(`could not be started: ${error.message}`);
      });
    });
  }

  async #outlive(ended: Promise<string>): Promise<void> {
    const streams = [this.#channel, this.#child.stdout, this.#child.stderr].filter((stream) => stream !== null);
    const closed = Promise.all(streams.map(untilClosed));
    // A process without its channel is of no use, even if it lives.
    this.#channel.on("close", () => this.#child.kill("SIGKILL"));

    const howItEnded = await ended;
    this.#isUsable = false;
    // An answer sent just before the end may still be on its way; a process that the handler left behind may hold the
    // pipes open for ever.
    const stopWaiting = this.#options.clock.after(lastWordMilliseconds, () => {
      for (const stream of streams) stream.destroy();
    });
    await closed;
    stopWaiting();
    this.#current?.die(this.#fault ?? howItEnded);
    this.#current = undefined;
  }
}

const lastWordMilliseconds = 1_000;

function channelOf(child: ChildProcess): Duplex {
  const channel = child.stdio?.[3];
  if (channel instanceof Duplex) return channel;
  throw new AppError("no-runner", "Expected a runner process with its channel; the system gave none.");
}

function untilClosed(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    stream.on("close", resolve);
    // "close" follows; what it means is told by how the process ends.
    stream.on("error", () => {});
  });
}
