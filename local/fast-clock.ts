import type { Clock } from "../runtime/clock.ts";

/**
 * AWS's clock on the laptop: `speed` times as fast as the machine's. At speed 60 a minute between two datapoints takes
 * a second. Only emulators use it.
 */
export class FastClock implements Clock {
  readonly #clock: Clock;
  readonly #speed: number;
  readonly #origin: number;

  constructor(clock: Clock, speed: number) {
    this.#clock = clock;
    this.#speed = speed;
    this.#origin = clock.now();
  }

  now(): number {
    return this.at(this.#clock.now());
  }

  /** Converts a time of the machine's clock. */
  at(real: number): number {
    return this.#origin + (real - this.#origin) * this.#speed;
  }

  after(milliseconds: number, callback: () => void): () => void {
    return this.#clock.after(milliseconds / this.#speed, callback);
  }
}

/** Divides every value whose name ends in `Milliseconds` by the speed. */
export function shorten<Parameters extends object>(parameters: Parameters, speed: number): Parameters {
  const entries = Object.entries(parameters).map(([name, value]) => [
    name,
    name.endsWith("Milliseconds") && typeof value === "number" ? value / speed : value,
  ]);
  return Object.fromEntries(entries) as Parameters;
}
