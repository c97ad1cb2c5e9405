import type { Clock } from "../../runtime/clock.ts";
import type { LogLine } from "../jobs/job.ts";
import { type HandlerOutcome, type RunnerEvent, runnerEventSchema } from "./runner-protocol.ts";

/** A handler at work in a runner process. */
export interface Run {
  /** Never rejects. */
  readonly outcome: Promise<HandlerOutcome>;
  /** Share done, 0 to 1, as the handler last said. */
  progress(): number | undefined;
  /** The newest lines that the handler wrote in this run. */
  log(): LogLine[];
  /** Aborts the handler's signal, and kills its process if it has not answered after the grace. The shortest grace counts. */
  stop(graceMilliseconds: number): void;
}

/** A run as its runner process sees it. */
export class ActiveRun implements Run {
  readonly outcome: Promise<HandlerOutcome>;
  readonly #run: number;
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #runner: { abort(): void; kill(): void };
  readonly #settle: (outcome: HandlerOutcome) => void;
  readonly #cancelKills: (() => void)[] = [];
  #progress: number | undefined;
  #log: LogLine[] = [];
  #reports = 0;

  constructor(run: number, clock: Clock, runner: { abort(): void; kill(): void }) {
    const { promise, resolve } = Promise.withResolvers<HandlerOutcome>();
    this.outcome = promise;
    this.#settle = resolve;
    this.#run = run;
    this.#clock = clock;
    this.#startedAt = clock.now();
    this.#runner = runner;
  }

  progress(): number | undefined {
    return this.#progress;
  }

  log(): LogLine[] {
    return this.#log;
  }

  stop(graceMilliseconds: number): void {
    this.#runner.abort();
    if (graceMilliseconds <= 0) this.#runner.kill();
    else this.#cancelKills.push(this.#clock.after(graceMilliseconds, () => this.#runner.kill()));
  }

  /** Takes in a line from the runner. What an earlier run left behind may still talk; that is no fault of this one. */
  hear(text: string): "ignored" | "noted" | "answered" | "broken" {
    const message = parse(text);
    if (message === undefined) return "broken";
    const { run, ...word } = message;
    if (run !== this.#run) return "ignored";
    if (word.kind === "result" || word.kind === "failure") {
      this.#end(word);
      return "answered";
    }
    if (word.kind === "progress") this.#progress = word.share;
    else this.#log = word.lines;
    this.#reports += 1;
    return this.#isFlooding() ? "broken" : "noted";
  }

  /** The process has ended without an answer. */
  die(howItEnded: string): void {
    const message = `The handler's process ${howItEnded} before it answered.`;
    this.#end({ kind: "failure", code: "handler-died", message, isFinal: false });
  }

  #end(outcome: HandlerOutcome): void {
    for (const cancelKill of this.#cancelKills) cancelKill();
    this.#settle(outcome);
  }

  /** A runner sends eight reports a second at most; reading many more would take time from the other slots. */
  #isFlooding(): boolean {
    const seconds = (this.#clock.now() - this.#startedAt) / 1000;
    return this.#reports > 1_000 + 20 * seconds;
  }
}

function parse(text: string): RunnerEvent | undefined {
  try {
    return runnerEventSchema.safeParse(JSON.parse(text)).data;
  } catch {
    // Not JSON: the caller ends the process for it.
    return undefined;
  }
}
