/** How long the last jobs ran, as workers report it when each has ended. */
export class ServiceTimes {
  readonly #ring = new Float64Array(windowJobs);
  #count = 0;
  #sum = 0;

  note(milliseconds: number): void {
    const place = this.#count % windowJobs;
    this.#sum += milliseconds - (this.#ring[place] as number);
    this.#ring[place] = milliseconds;
    this.#count += 1;
  }

  /** The mean in seconds; what was expected while too few have ended to say more. */
  meanSeconds(expectedSeconds: number): number {
    if (this.#count < fewestJobs) return expectedSeconds;
    return Math.max(0, this.#sum) / Math.min(this.#count, windowJobs) / 1_000;
  }
}

const windowJobs = 400;
const fewestJobs = 20;
