import type { Decided, Policy } from "../../policies/policy.ts";
import type { Fleet } from "../capacity/fleet.ts";
import type { Collectors } from "./collectors.ts";

/** Sets the desired count of the fleet at moments of its own. Times are milliseconds. */
export interface Control {
  nextDueAt(): number;
  step(now: number): void;
  /** How often each scaling policy of Application Auto Scaling changed the desired count. */
  readonly moves: ReadonlyMap<string, number>;
}

/** Applies the policy's decisions at once. */
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

/** Asks a policy at its ticks. Their phase is drawn, as no schedule starts with the jobs. */
export class Ticker {
  readonly #decide: ReturnType<Policy["begin"]>;
  readonly #collectors: Collectors;
  readonly #tickMilliseconds: number;
  #nextAt: number;

  constructor(policy: Policy, collectors: Collectors, uniform: number) {
    this.#decide = policy.begin();
    this.#collectors = collectors;
    this.#tickMilliseconds = policy.tickSeconds * 1_000;
    this.#nextAt = Math.floor(uniform * this.#tickMilliseconds);
  }

  nextDueAt(): number {
    return this.#nextAt;
  }

  /** The policy's decision when a tick is due. */
  step(now: number): Decided | undefined {
    if (now < this.#nextAt) return undefined;
    this.#nextAt += this.#tickMilliseconds;
    return this.#decide(this.#collectors.sample(now), now);
  }
}
