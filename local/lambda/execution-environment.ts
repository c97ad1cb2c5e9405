import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { Clock } from "../../runtime/clock.ts";
import type { Processes } from "../processes/processes.ts";
import type { Exit, ProcessGroup } from "../processes/spawn-group.ts";
import { environmentVariables, type FunctionIdentity } from "./environment-variables.ts";
import { type Answer, type FunctionError, type Invocation, type InvokeResult, refuseResponse } from "./invocation.ts";

export interface EnvironmentOptions extends FunctionIdentity {
  /** The function's own variables. Called for each environment, so that each has fresh credentials. */
  environment(): Record<string, string>;
  timeoutSeconds: number;
  clock: Clock;
  processes: Pick<Processes, "spawn">;
  onLine(line: string): void;
}

/** Time limit of the init phase. AWS would try once more, within the function's timeout. */
const initSeconds = 10;

/** One process that runs the handler for one event at a time. */
export class ExecutionEnvironment {
  /** Resolves when the environment can take an event, with the error if initialization failed. */
  readonly initialized: Promise<FunctionError | undefined>;
  readonly #options: EnvironmentOptions;
  readonly #group: ProcessGroup;
  /** Id of the current event; a random one during initialization. */
  #requestId = randomUUID();
  #isBusy = false;
  #isUsable = true;
  #onAnswer: (answer: Answer) => void = () => {};

  /** @throws AppError `process-start` when no process can be started */
  constructor(options: EnvironmentOptions) {
    this.#options = options;
    this.#group = options.processes.spawn({
      command: [
        process.execPath,
        ...heapSwitches(options.memoryMegabytes),
        fileURLToPath(new URL("./bootstrap.ts", import.meta.url)),
      ],
      directory: options.directory,
      environment: environmentVariables(options, options.environment()),
      onLine: options.onLine,
      onMessage: (message) => this.#onAnswer(message as Answer),
    });
    this.initialized = this.#initialize();
    void this.#group.exited.then((exit) => this.#onAnswer({ kind: "crashed", error: this.#describeExit(exit) }));
  }

  get pid(): number {
    return this.#group.pid;
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** False after a crash or timeout: it gets no more events. */
  get isUsable(): boolean {
    return this.#isUsable;
  }

  get exited(): Promise<unknown> {
    return this.#group.exited;
  }

  async handle(event: string): Promise<InvokeResult> {
    const { timeoutSeconds } = this.#options;
    const requestId = randomUUID();
    this.#requestId = requestId;
    this.#isBusy = true;
    const answered = this.#nextAnswer(timeoutSeconds);
    this.#group.send({ requestId, event, remainingMilliseconds: timeoutSeconds * 1_000 } satisfies Invocation);
    const answer = await answered;
    this.#isBusy = false;
    if (answer.kind === "failed" || answer.kind === "crashed") return { ok: false, error: answer.error };
    const result = answer.kind === "succeeded" ? answer.result : "null";
    return refuseResponse(result) ?? { ok: true, result: JSON.parse(result) };
  }

  async kill(): Promise<void> {
    this.#isUsable = false;
    await this.#group.kill();
  }

  async #initialize(): Promise<FunctionError | undefined> {
    const answer = await this.#nextAnswer(initSeconds);
    return answer.kind === "crashed" ? answer.error : undefined;
  }

  /** The next answer of the process, or an error if it crashes or takes too long. */
  #nextAnswer(seconds: number): Promise<Answer> {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const cancel = this.#options.clock.after(seconds * 1_000, () => {
      const error = timedOut(this.#requestId, seconds);
      this.#options.onLine(error.errorMessage);
      resolve({ kind: "crashed", error });
      void this.kill();
    });
    this.#onAnswer = (answer) => {
      if (answer.kind === "crashed") this.#isUsable = false;
      resolve(answer);
    };
    return promise.finally(cancel);
  }

  #describeExit(exit: Exit): FunctionError {
    const error = exited(this.#requestId, exit);
    // An environment that is already unusable was killed by the cloud or has logged its error.
    if (this.#isUsable) this.#options.onLine(error.errorMessage);
    return error;
  }
}

/**
 * Divides the memory as AWS's runtime does: a tenth for new objects, in two semispaces, the rest for old ones. The semispaces are at most
 * as large as V8's default, because an idle process keeps theirs.
 */
function heapSwitches(memoryMegabytes: number): string[] {
  const semiSpace = Math.min(16, Math.max(1, Math.floor(memoryMegabytes / 20)));
  return [`--max-semi-space-size=${semiSpace}`, `--max-old-space-size=${Math.floor(memoryMegabytes * 0.9)}`];
}

/** AWS's error, also written to the log, for a handler that exceeds the function's timeout. */
function timedOut(requestId: string, seconds: number): FunctionError {
  const message = `Task timed out after ${seconds.toFixed(2)} seconds`;
  return { errorType: "Sandbox.Timedout", errorMessage: `RequestId: ${requestId} Error: ${message}` };
}

/** AWS's error, also written to the log, for a process that ends during an event. */
function exited(requestId: string, exit: Exit): FunctionError {
  return { errorType: "Runtime.ExitError", errorMessage: `RequestId: ${requestId} Error: ${describeExit(exit)}` };
}

function describeExit({ code, signal }: Exit): string {
  if (signal) return `Runtime exited with error: signal: ${signalTexts[signal] ?? signal}`;
  return code ? `Runtime exited with error: exit status ${code}` : "Runtime exited without providing a reason";
}

/** The names of signals in Go, the language of AWS's supervisor. */
const signalTexts: Partial<Record<NodeJS.Signals, string>> = {
  SIGKILL: "killed",
  SIGTERM: "terminated",
  SIGABRT: "aborted",
  SIGSEGV: "segmentation fault",
};
