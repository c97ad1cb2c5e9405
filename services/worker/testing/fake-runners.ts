import type { Clock } from "../../../runtime/clock.ts";
import type { LogLine } from "../../jobs/job.ts";
import type { Run } from "../active-run.ts";
import type { RunnerPool } from "../runner-pool.ts";
import type { HandlerOutcome, RunRequest } from "../runner-protocol.ts";

/** Runners whose handlers do what a test tells them to; nothing by default. */
export class FakeRunners implements RunnerPool {
  readonly runs: FakeRun[] = [];
  readonly #clock: Clock;
  #onStart: (run: FakeRun) => void = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  start(request: RunRequest): Run {
    const run = new FakeRun(request, this.#clock);
    this.runs.push(run);
    this.#onStart(run);
    return run;
  }

  /** Sets what each later run does when it starts. */
  behave(onStart: (run: FakeRun) => void): void {
    this.#onStart = onStart;
  }

  async close(): Promise<void> {
    for (const run of this.runs) run.stop(0);
  }

  /** The runs that have not ended. */
  active(): FakeRun[] {
    return this.runs.filter(({ isOver }) => !isOver);
  }

  latest(): FakeRun {
    const run = this.runs.at(-1);
    if (run === undefined) throw new Error("Expected a run; none was started.");
    return run;
  }
}

export class FakeRun implements Run {
  readonly outcome: Promise<HandlerOutcome>;
  readonly request: RunRequest;
  /** The grace of each stop. */
  readonly stops: number[] = [];
  share: number | undefined;
  lines: LogLine[] = [];
  isOver = false;
  readonly #clock: Clock;
  readonly #settle: (outcome: HandlerOutcome) => void;

  constructor(request: RunRequest, clock: Clock) {
    const { promise, resolve } = Promise.withResolvers<HandlerOutcome>();
    this.outcome = promise;
    this.#settle = resolve;
    this.request = request;
    this.#clock = clock;
  }

  progress(): number | undefined {
    return this.share;
  }

  log(): LogLine[] {
    return this.lines;
  }

  /** The handler ignores its signal and is killed after the grace. */
  stop(graceMilliseconds: number): void {
    this.stops.push(graceMilliseconds);
    const die = () => this.fail("handler-died");
    if (graceMilliseconds === 0) die();
    else this.#clock.after(graceMilliseconds, die);
  }

  succeed(result = "done"): void {
    this.#end({ kind: "result", result: { json: JSON.stringify(result) } });
  }

  succeedWithFile(file: string): void {
    this.#end({ kind: "result", result: { file } });
  }

  interrupt(): void {
    this.#end({ kind: "interrupted", message: "the kernel killed it" });
  }

  fail(code: string, { isFinal = false, message = "it broke" } = {}): void {
    this.#end({ kind: "failure", code, message, isFinal });
  }

  #end(outcome: HandlerOutcome): void {
    this.isOver = true;
    this.#settle(outcome);
  }
}
