import type { Clock } from "../../runtime/clock.ts";
import { jsonOrUndefined } from "../../runtime/json-or-undefined.ts";
import type { LogLine } from "../jobs/job.ts";
import { type HandlerOutcome, runnerEventSchema } from "./runner-protocol.ts";

/** A handler's run in a runner process. */
export interface Run {
  /** Never rejects. */
  readonly outcome: Promise<HandlerOutcome>;
  /** Share done, 0 to 1, as the handler last reported it. */
  progress(): number | undefined;
  /** The newest lines that the handler logged in this run. */
  log(): LogLine[];
  /**
   * Aborts the handler's signal, and kills its process if no outcome comes within the grace. Of several calls the
   * shortest grace counts.
   */
  stop(graceMilliseconds: number): void;
}

/** A run whose state comes from its runner's events. */
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

  /** Takes in a line from the runner. Code left over from an earlier run may still send events; those are ignored. */
  receive(text: string): "ignored" | "noted" | "ended" | "invalid" {
    const parsed = runnerEventSchema.safeParse(jsonOrUndefined(text));
    if (!parsed.success) return "invalid";
    const { run, ...event } = parsed.data;
    if (run !== this.#run) return "ignored";
    if (event.kind === "result" || event.kind === "failure") {
      this.#end(event);
      return "ended";
    }
    if (event.kind === "progress") this.#progress = event.share;
    else this.#log = event.lines;
    this.#reports += 1;
    return this.#isFlooding() ? "invalid" : "noted";
  }

  /** Call when the process has ended. Without effect after an outcome. */
  die(howItEnded: string): void {
    const message = `The handler's process ${howItEnded} before it gave an outcome.`;
    this.#end({ kind: "failure", code: "handler-died", message, isFinal: false });
  }

  #end(outcome: HandlerOutcome): void {
    for (const cancelKill of this.#cancelKills) cancelKill();
    this.#settle(outcome);
  }

  /** A runner sends at most eight reports a second; reading many more would take time from the other slots. */
  #isFlooding(): boolean {
    const seconds = (this.#clock.now() - this.#startedAt) / 1000;
    return this.#reports > 1_000 + 20 * seconds;
  }
}
