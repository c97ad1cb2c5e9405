/** How long the last jobs ran, as workers report it when each has ended. */
export class ServiceTimes {
  /** In seconds; what is too old is cut off now and then, as moving all at each end would cost more than the replay. */
  #times: number[] = [];

  note(milliseconds: number): void {
    if (this.#times.length === 4 * windowJobs) this.#times = this.list();
    this.#times.push(milliseconds / 1_000);
  }

  /** In seconds, the newest last. */
  list(): number[] {
    return this.#times.slice(-windowJobs);
  }
}

const windowJobs = 400;
