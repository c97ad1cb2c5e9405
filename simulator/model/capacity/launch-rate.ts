const windowMilliseconds = 60_000;

/** The quota of tasks that a service may launch in any minute. */
export class LaunchRate {
  readonly #perMinuteMaximum: number;
  #launches: { at: number; count: number }[] = [];

  constructor(perMinuteMaximum: number) {
    this.#perMinuteMaximum = perMinuteMaximum;
  }

  /** How many tasks may be launched now. */
  allowance(now: number): number {
    let launched = 0;
    for (const { at, count } of this.#launches) if (at > now - windowMilliseconds) launched += count;
    return Math.max(0, this.#perMinuteMaximum - launched);
  }

  record(count: number, now: number): void {
    if (count === 0) return;
    this.#launches = this.#launches.filter(({ at }) => at > now - windowMilliseconds);
    this.#launches.push({ at: now, count });
  }

  /** When the oldest launch that counts no longer does; Infinity when none counts. */
  nextAllowanceAt(now: number): number {
    const oldest = this.#launches.find(({ at }) => at > now - windowMilliseconds);
    return oldest ? oldest.at + windowMilliseconds : Number.POSITIVE_INFINITY;
  }
}
