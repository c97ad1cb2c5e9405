import type { Fleet } from "../capacity/fleet.ts";
import type { Control } from "./control.ts";
import type { Ticker } from "./ticker.ts";

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
