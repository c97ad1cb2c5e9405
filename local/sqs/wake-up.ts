import type { Clock } from "../../runtime/clock.ts";

/** A timer for the next due time. It may fire early but never late; the callback arms it again. */
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
