import { asError } from "../../runtime/errors.ts";
import { type EnvironmentOptions, ExecutionEnvironment } from "./execution-environment.ts";
import { type FunctionError, failed, type InvokeResult, refuseEvent } from "./invocation.ts";

export interface FunctionOptions extends EnvironmentOptions {
  /** The most environments at once. An event waits while all are busy; AWS would refuse it. */
  maxEnvironments: number;
  /** Environments that start as soon as events wait for them; at least 1. More start only when events make no progress. */
  startAtOnce: number;
  /** Events beyond this many at once are refused, as AWS does. Without it they wait for an environment. */
  reservedConcurrency?: number | undefined;
  /** Called with the result of each event. */
  onResult?(result: InvokeResult): void;
}

interface WaitingEvent {
  event: string;
  resolve(result: InvokeResult): void;
}

/** Idle time after which an environment ends, unless it is the last one. AWS waits some minutes. */
const idleSeconds = 20;

/**
 * When events wait and none has finished for this time, the running ones wait for something other than the processor. Then as
 * many environments again may start. Longer than a batch of 100 jobs takes while a burst occupies all processors: more environments
 * would only slow down the emulators for all of them.
 */
const stalledMilliseconds = 2_000;

/** Time that running events have when the function is stopped. */
const stopSeconds = 2;

/** A function and its environments, each of which handles one event at a time. */
export class RunningFunction {
  readonly #options: FunctionOptions;
  readonly #environments = new Set<ExecutionEnvironment>();
  /** Idle environments, most recently used last, with the function that cancels their idle timer. */
  readonly #idle = new Map<ExecutionEnvironment, () => void>();
  readonly #waiting: WaitingEvent[] = [];
  /** Events without a result yet, waiting ones included. */
  #open = 0;
  #starting = 0;
  /** Environments that may run now. */
  #allowed: number;
  /** Ends the watch for stalled events; undefined while there is none. */
  #cancelWatch: (() => void) | undefined;
  #isStopped = false;

  constructor(options: FunctionOptions) {
    this.#options = options;
    this.#allowed = Math.min(options.startAtOnce, options.maxEnvironments);
  }

  get name(): string {
    return this.#options.name;
  }

  /** Runs the handler with the event; never rejects. */
  invoke(event: unknown): Promise<InvokeResult> {
    const text = JSON.stringify(event === undefined ? {} : event);
    const refusal = refuseEvent(text) ?? (this.#isStopped ? this.#notFound() : this.#refuseBeyondReservation());
    if (refusal) return Promise.resolve(refusal);
    this.#open++;
    const answered = new Promise<InvokeResult>((resolve) => {
      this.#waiting.push({ event: text, resolve });
      this.#dispatch();
    });
    return answered.then((result) => {
      this.#open--;
      this.#options.onResult?.(result);
      return result;
    });
  }

  /** The processes; tests kill a busy one. */
  environments(): { pid: number; busy: boolean }[] {
    return this.#usable().map(({ pid, isBusy }) => ({ pid, busy: isBusy }));
  }

  /** Refuses new events and gives running ones a short time. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#endWatch();
    for (const { resolve } of this.#waiting.splice(0)) resolve(this.#notFound());
    for (const cancel of this.#idle.values()) cancel();
    const all = [...this.#environments];
    const cancel = this.#options.clock.after(stopSeconds * 1_000, () => killAll(all));
    killAll(all.filter(({ isBusy }) => !isBusy));
    await Promise.all(all.map(({ exited }) => exited));
    cancel();
  }

  #notFound(): InvokeResult {
    return failed("ResourceNotFoundException", `Function not found: ${this.name}`);
  }

  /** A refused event counts neither as an invocation nor as an error. */
  #refuseBeyondReservation(): InvokeResult | undefined {
    const { reservedConcurrency } = this.#options;
    if (reservedConcurrency === undefined || this.#open < reservedConcurrency) return undefined;
    return failed("TooManyRequestsException", "Rate Exceeded.");
  }

  /** Assigns waiting events to idle environments, and starts environments for the rest. */
  #dispatch(): void {
    for (const environment of [...this.#idle.keys()].reverse()) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#takeFromIdle(environment);
      void this.#run(environment, next);
    }
    while (this.#starting < this.#waiting.length && this.#usable().length < this.#allowed) this.#start();
    const { maxEnvironments, clock } = this.#options;
    if (this.#waiting.length === 0) this.#endWatch();
    else if (this.#allowed < maxEnvironments)
      this.#cancelWatch ??= clock.after(stalledMilliseconds, () => this.#onStalled());
  }

  #onStalled(): void {
    this.#cancelWatch = undefined;
    // A starting environment is progress.
    if (this.#starting === 0) this.#allowed = Math.min(2 * this.#allowed, this.#options.maxEnvironments);
    this.#dispatch();
  }

  #endWatch(): void {
    this.#cancelWatch?.();
    this.#cancelWatch = undefined;
  }

  async #run(environment: ExecutionEnvironment, { event, resolve }: WaitingEvent): Promise<void> {
    resolve(await environment.handle(event));
    this.#endWatch();
    this.#becomeIdle(environment);
    this.#dispatch();
  }

  #start(): void {
    let environment: ExecutionEnvironment;
    try {
      environment = new ExecutionEnvironment(this.#options);
    } catch (thrown) {
      this.#failNext({ errorType: "ServiceException", errorMessage: asError(thrown).message });
      return;
    }
    this.#environments.add(environment);
    this.#starting++;
    void environment.initialized.then((error) => {
      this.#starting--;
      if (error) this.#failNext(error);
      else this.#becomeIdle(environment);
      this.#dispatch();
    });
    void environment.exited.then(() => {
      this.#environments.delete(environment);
      this.#takeFromIdle(environment);
      if (this.#environments.size < this.#options.startAtOnce)
        this.#allowed = Math.min(this.#options.startAtOnce, this.#options.maxEnvironments);
      this.#dispatch();
    });
  }

  /** The event for which the environment was started fails; the next event starts another one. */
  #failNext(error: FunctionError): void {
    this.#waiting.shift()?.resolve({ ok: false, error });
  }

  #becomeIdle(environment: ExecutionEnvironment): void {
    if (!environment.isUsable) return;
    if (this.#isStopped) return void environment.kill();
    const cancel = this.#options.clock.after(idleSeconds * 1_000, () => {
      if (this.#usable().length === 1) return;
      this.#idle.delete(environment);
      void environment.kill();
    });
    this.#idle.set(environment, cancel);
  }

  #takeFromIdle(environment: ExecutionEnvironment): void {
    this.#idle.get(environment)?.();
    this.#idle.delete(environment);
  }

  #usable(): ExecutionEnvironment[] {
    return [...this.#environments].filter(({ isUsable }) => isUsable);
  }
}

function killAll(environments: ExecutionEnvironment[]): void {
  for (const environment of environments) void environment.kill();
}
