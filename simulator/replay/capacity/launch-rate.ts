import { type Launch, launchAllowance, recordLaunch } from "../../model/capacity/launch-rate.ts";

/** How many tasks a service may still launch within a minute. */
export class LaunchRate {
  readonly #perMinuteMaximum: number;
  #launches: Launch[] = [];

  constructor(perMinuteMaximum: number) {
    this.#perMinuteMaximum = perMinuteMaximum;
  }

  allowance(now: number): number {
    return launchAllowance(this.#launches, this.#perMinuteMaximum, now);
  }

  record(count: number, now: number): void {
    if (count > 0) this.#launches = recordLaunch(this.#launches, count, now);
  }

  /** When the oldest launch that counts no longer does. */
  nextAllowanceAt(now: number): number {
    const oldest = this.#launches.find(({ at }) => at + 60_000 > now);
    return oldest ? oldest.at + 60_000 : Number.POSITIVE_INFINITY;
  }
}
