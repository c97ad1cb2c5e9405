import type { Decided, Policy } from "../../policies/policy.ts";
import type { Senses } from "./senses.ts";

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
