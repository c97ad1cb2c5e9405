/** How long the last jobs ran, as workers report it when each has ended. */
export class ServiceTimes {
  readonly #ring = new Float64Array(windowJobs);
  #count = 0;

  note(milliseconds: number): void {
    this.#ring[this.#count % windowJobs] = milliseconds / 1_000;
    this.#count += 1;
  }

  /** In seconds, the newest last. */
  list(): number[] {
    const next = this.#count % windowJobs;
    const newer = [...this.#ring.subarray(0, next)];
    return this.#count < windowJobs ? newer : [...this.#ring.subarray(next), ...newer];
  }
}

const windowJobs = 400;
