/** Jobs whose worker was lost: invisible until their lease expires, then first in the queue. Times are milliseconds. */
export class ReturnedJobs {
  readonly #hidden: { job: number; visibleAt: number }[] = [];
  readonly #visible: number[] = [];
  readonly #restartedAt = new Map<number, number>();

  get visibleCount(): number {
    return this.#visible.length;
  }

  /** When the next job becomes visible; Infinity when none is hidden. */
  get nextVisibleAt(): number {
    return this.#hidden[0]?.visibleAt ?? Number.POSITIVE_INFINITY;
  }

  /** All are hidden for the same time, so the first lost becomes visible first. */
  lose(jobs: readonly number[], now: number): void {
    for (const job of jobs) this.#hidden.push({ job, visibleAt: now + leaseMilliseconds });
  }

  showNext(): void {
    const next = this.#hidden.shift();
    if (next) this.#visible.push(next.job);
  }

  /** Starts the job again that has been visible longest. */
  restart(now: number): number {
    const job = this.#visible.shift();
    if (job === undefined) throw new RangeError("expected a returned job; there is none");
    this.#restartedAt.set(job, now);
    return job;
  }

  /** When the job was last started again, if it was. */
  restartedAt(job: number): number | undefined {
    return this.#restartedAt.size === 0 ? undefined : this.#restartedAt.get(job);
  }
}

/** The messages of a lost worker become visible again when their visibility timeout ends. */
const leaseMilliseconds = 60_000;
