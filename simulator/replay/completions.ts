/** Running jobs by their end: a binary heap in two arrays, as an object per job would cost more than the replay. */
export class Completions {
  #ends = new Float64Array(64);
  #jobs = new Int32Array(64);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** When the next one ends; Infinity when none runs. */
  get nextEnd(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : (this.#ends[0] as number);
  }

  /** Its number; only while one runs. */
  get nextJob(): number {
    return this.#jobs[0] as number;
  }

  /** All running jobs, in no order. */
  jobs(): Int32Array {
    return this.#jobs.subarray(0, this.#size);
  }

  push(end: number, job: number): void {
    if (this.#size === this.#ends.length) this.#grow();
    let hole = this.#size;
    this.#size += 1;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const parentEnd = this.#ends[parent] as number;
      if (parentEnd <= end) break;
      this.#ends[hole] = parentEnd;
      this.#jobs[hole] = this.#jobs[parent] as number;
      hole = parent;
    }
    this.#ends[hole] = end;
    this.#jobs[hole] = job;
  }

  /** Removes the next one. */
  pop(): void {
    this.#size -= 1;
    if (this.#size > 0) this.#sink(this.#ends[this.#size] as number, this.#jobs[this.#size] as number);
  }

  /** Replaces the next one by another: the same slot starts its next job. */
  replace(end: number, job: number): void {
    this.#sink(end, job);
  }

  /** Removes jobs whose task is gone; returns their numbers. */
  drop(isGone: (job: number) => boolean): number[] {
    const kept: [end: number, job: number][] = [];
    const gone: number[] = [];
    for (let place = 0; place < this.#size; place += 1) {
      const job = this.#jobs[place] as number;
      if (isGone(job)) gone.push(job);
      else kept.push([this.#ends[place] as number, job]);
    }
    this.#size = 0;
    for (const [end, job] of kept) this.push(end, job);
    return gone;
  }

  #sink(end: number, job: number): void {
    const ends = this.#ends;
    const jobs = this.#jobs;
    const size = this.#size;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= size) break;
      if (child + 1 < size && (ends[child + 1] as number) < (ends[child] as number)) child += 1;
      const childEnd = ends[child] as number;
      if (childEnd >= end) break;
      ends[hole] = childEnd;
      jobs[hole] = jobs[child] as number;
      hole = child;
    }
    ends[hole] = end;
    jobs[hole] = job;
  }

  #grow(): void {
    const ends = new Float64Array(this.#ends.length * 2);
    const jobs = new Int32Array(this.#ends.length * 2);
    ends.set(this.#ends);
    jobs.set(this.#jobs);
    this.#ends = ends;
    this.#jobs = jobs;
  }
}
