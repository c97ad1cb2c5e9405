import type { Capacity } from "../capacity/capacity.ts";
import type { Control } from "./control.ts";
import type { Ticker } from "./ticker.ts";

/** Obeys the policy at once. */
export class IdealControl implements Control {
  readonly moves = new Map<string, number>();
  readonly #ticker: Ticker;
  readonly #capacity: Capacity;

  constructor(ticker: Ticker, capacity: Capacity) {
    this.#ticker = ticker;
    this.#capacity = capacity;
  }

  nextDueAt(): number {
    return this.#ticker.nextDueAt();
  }

  step(now: number): void {
    const decided = this.#ticker.step(now);
    if (decided) this.#capacity.setDesired(decided.tasks);
  }
}
