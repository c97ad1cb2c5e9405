import type { Clock } from "../runtime/clock.ts";

/**
 * The clock AWS's services live by on the laptop: `speed` times as fast as the machine's, so that a minute between two
 * datapoints passes in a second at speed 60. Only emulators look at it; no process of ours does.
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

  /** The moment by this clock at which the machine's clock shows `real`. */
  at(real: number): number {
    return this.#origin + (real - this.#origin) * this.#speed;
  }

  after(milliseconds: number, callback: () => void): () => void {
    return this.#clock.after(milliseconds / this.#speed, callback);
  }
}

/** AWS's delays as a faster AWS would have them: every value whose name ends in `Milliseconds`, divided by the speed. */
export function shorten<Parameters extends object>(parameters: Parameters, speed: number): Parameters {
  const entries = Object.entries(parameters).map(([name, value]) => [
    name,
    name.endsWith("Milliseconds") && typeof value === "number" ? value / speed : value,
  ]);
  return Object.fromEntries(entries) as Parameters;
}
