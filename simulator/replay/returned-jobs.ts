/** Jobs whose worker was lost: invisible until their lease runs out, then first in the queue again. Times are milliseconds. */
export class ReturnedJobs {
  readonly #hidden: { job: number; visibleAt: number }[] = [];
  readonly #visible: number[] = [];
  readonly #restartedAt = new Map<number, number>();

  get visibleCount(): number {
    return this.#visible.length;
  }

  /** When the next one is seen again; Infinity when none is hidden. */
  get nextVisibleAt(): number {
    return this.#hidden[0]?.visibleAt ?? Number.POSITIVE_INFINITY;
  }

  /** All are hidden for the same time, so the first lost is the first seen. */
  lose(jobs: readonly number[], now: number): void {
    for (const job of jobs) this.#hidden.push({ job, visibleAt: now + leaseMilliseconds });
  }

  showNext(): void {
    const next = this.#hidden.shift();
    if (next) this.#visible.push(next.job);
  }

  /** The one that is seen longest starts anew. */
  restart(now: number): number {
    const job = this.#visible.shift();
    if (job === undefined) throw new RangeError("expected a returned job; there is none");
    this.#restartedAt.set(job, now);
    return job;
  }

  /** When it last began anew, if it did. */
  restartedAt(job: number): number | undefined {
    return this.#restartedAt.size === 0 ? undefined : this.#restartedAt.get(job);
  }
}

/** Nobody gives a lost worker's messages back: SQS shows them again when the visibility timeout is over. */
const leaseMilliseconds = 60_000;
