import type { Decided, Policy } from "../../policies/policy.ts";
import type { Fleet } from "../capacity/fleet.ts";
import type { Senses } from "./senses.ts";

/** What decides how many tasks there are: it falls due now and then, and moves the fleet. Times are milliseconds. */
export interface Control {
  nextDueAt(): number;
  step(now: number): void;
  /** How often each scaling policy of Application Auto Scaling has moved the count. */
  readonly moves: ReadonlyMap<string, number>;
}

/** Obeys the policy at once. */
export class IdealControl implements Control {
  readonly moves = new Map<string, number>();
  readonly #ticker: Ticker;
  readonly #fleet: Fleet;

  constructor(ticker: Ticker, fleet: Fleet) {
    this.#ticker = ticker;
    this.#fleet = fleet;
  }

  nextDueAt(): number {
    return this.#ticker.nextDueAt();
  }

  step(now: number): void {
    const decided = this.#ticker.step(now);
    if (decided) this.#fleet.setDesired(decided.tasks);
  }
}

/** Asks a policy at its ticks, whose phase is drawn: nobody's schedule begins with the jobs. */
export class Ticker {
  readonly #decide: ReturnType<Policy["begin"]>;
  readonly #senses: Senses;
  readonly #tickMilliseconds: number;
  #nextAt: number;

  constructor(policy: Policy, senses: Senses, uniform: number) {
    this.#decide = policy.begin();
    this.#senses = senses;
    this.#tickMilliseconds = policy.tickSeconds * 1_000;
    this.#nextAt = Math.floor(uniform * this.#tickMilliseconds);
  }

  nextDueAt(): number {
    return this.#nextAt;
  }

  /** What the policy decides, when it is its time. */
  step(now: number): Decided | undefined {
    if (now < this.#nextAt) return undefined;
    this.#nextAt += this.#tickMilliseconds;
    return this.#decide(this.#senses.sample(now), now);
  }
}
