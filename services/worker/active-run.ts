import { join } from "node:path";
import type { Clock } from "../../runtime/clock.ts";
import type { LogLine } from "../jobs/job.ts";
import { readRunnerEvent } from "./runner-event.ts";
import { type HandlerOutcome, type RunRequest, resultFile } from "./runner-protocol.ts";

/** A handler's run in a runner process. */
export interface Run {
  /** Never rejects. */
  readonly outcome: Promise<HandlerOutcome>;
  /** Share done, 0 to 1, as the handler last reported it. */
  progress(): number | undefined;
  /** The newest lines that the handler logged in this run. */
  log(): LogLine[];
  /**
   * Aborts the handler's signal, and kills its process if no outcome comes within the grace period. After several calls,
   * the period that ends first counts.
   */
  stop(graceMilliseconds: number): void;
}

/** The calls that a run makes to its runner. */
export interface RunControls {
  abort(): void;
  kill(): void;
  openUpload(id: number, objectKey: string): void;
}

/** A run whose state comes from its runner's events. */
export class ActiveRun implements Run {
  readonly outcome: Promise<HandlerOutcome>;
  readonly #run: string;
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #runner: RunControls;
  readonly #settle: (outcome: HandlerOutcome) => void;
  readonly #cancelKills: (() => void)[] = [];
  #progress: number | undefined;
  #log: LogLine[] = [];
  #events = 0;

  constructor(run: string, { folder }: Pick<RunRequest, "folder">, clock: Clock, runner: RunControls) {
    const { promise, resolve } = Promise.withResolvers<HandlerOutcome>();
    this.outcome = promise;
    this.#settle = resolve;
    this.#run = run;
    this.#folder = folder;
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

  /** Handles one line from the runner. Ignores events of earlier runs. */
  receive(line: string): "noted" | "ended" | "invalid" {
    const event = readRunnerEvent(line);
    this.#events += 1;
    if (event === undefined || this.#isFlooding()) return "invalid";
    if (event.run !== this.#run) return "noted";
    switch (event.kind) {
      case "progress":
        this.#progress = event.share;
        return "noted";
      case "log":
        this.#log = event.lines;
        return "noted";
      case "open-upload":
        this.#runner.openUpload(event.id, event.objectKey);
        return "noted";
      case "result": {
        const result = event.json === null ? { file: join(this.#folder, resultFile) } : { json: event.json };
        this.end({ kind: "result", result });
        return "ended";
      }
      case "failure": {
        const { code, message, isFinal } = event;
        this.end({ kind: "failure", code, message, isFinal });
        return "ended";
      }
    }
  }

  /** Does nothing if an outcome exists. */
  end(outcome: HandlerOutcome): void {
    for (const cancelKill of this.#cancelKills) cancelKill();
    this.#settle(outcome);
  }

  /**
   * Whether the runner has sent far more events than a handler needs. Throttled progress and log make at most eight a second. Too many
   * events would slow the other slots.
   */
  #isFlooding(): boolean {
    const seconds = (this.#clock.now() - this.#startedAt) / 1000;
    return this.#events > 1_000 + 20 * seconds;
  }
}
