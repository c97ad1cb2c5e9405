import type { Clock } from "../../runtime/clock.ts";

/** One timer for whatever is due first. It may ring early, never late: whoever is called looks again and arms again. */
export class WakeUp {
  readonly #clock: Clock;
  readonly #callback: () => void;
  #armed: { time: number; cancel: () => void } | undefined;

  constructor(clock: Clock, callback: () => void) {
    this.#clock = clock;
    this.#callback = callback;
  }

  armFor(time: number | undefined): void {
    if (time === undefined || (this.#armed && this.#armed.time <= time)) return;
    this.cancel();
    const cancel = this.#clock.after(Math.max(0, time - this.#clock.now()), () => {
      this.#armed = undefined;
      this.#callback();
    });
    this.#armed = { time, cancel };
  }

  cancel(): void {
    this.#armed?.cancel();
    this.#armed = undefined;
  }
}
