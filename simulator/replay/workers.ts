import type { JobList } from "../../workload/job-list.ts";
import type { Random } from "../../workload/random.ts";
import { Completions } from "./completions.ts";
import { ReturnedJobs } from "./returned-jobs.ts";

/**
 * The slots of all running tasks and the jobs in them. Jobs start first in, first out, each on a free slot drawn at random, as
 * SQS may answer any long poll. Times are milliseconds; tasks are small whole numbers.
 */
export class Workers {
  /** When each job began for the first time; NaN for those that did not. */
  readonly startedAt: Float64Array;
  readonly finished = new ServiceTimes();
  /** When true, a task that runs out of work stops `runUntil` at that moment. */
  watchesIdle = false;
  arrivedCount = 0;
  startedCount = 0;
  finishedCount = 0;
  readonly #arrivals: Float64Array;
  readonly #services: Float64Array;
  readonly #slotsPerTask: number;
  readonly #random: Random;
  readonly #running = new Completions();
  readonly #returned = new ReturnedJobs();
  /** On which task each job runs or ran. */
  readonly #taskOf: Int32Array;
  #free = new Int32Array(64);
  #freeCount = 0;
  /** Jobs on each task. */
  #busy = new Int32Array(64);
  #unused: number[] = [];
  #taskCount = 0;
  /** Sum of all ends minus all starts so far: with the jobs that run it gives the busy time at any moment. */
  #busyOffset = 0;

  constructor(jobs: JobList, slotsPerTask: number, random: Random) {
    this.#arrivals = jobs.arrivalSeconds.map((seconds) => seconds * 1_000);
    this.#services = jobs.serviceSeconds.map((seconds) => seconds * 1_000);
    this.#slotsPerTask = slotsPerTask;
    this.#random = random;
    this.startedAt = new Float64Array(this.#arrivals.length).fill(Number.NaN);
    this.#taskOf = new Int32Array(this.#arrivals.length);
  }

  get jobCount(): number {
    return this.#arrivals.length;
  }

  get waitingCount(): number {
    return this.arrivedCount - this.startedCount + this.#returned.visibleCount;
  }

  /** In flight, as SQS counts: also jobs of a lost worker until their lease expires. */
  get runningCount(): number {
    return this.startedCount - this.finishedCount - this.#returned.visibleCount;
  }

  get isDone(): boolean {
    return this.finishedCount === this.jobCount;
  }

  /** Jobs that came in (from, to]. */
  arrivalsBetween(from: number, to: number): number {
    return this.#countUntil(to) - this.#countUntil(from);
  }

  /** Slot-milliseconds spent on jobs up to `now`. */
  busyMilliseconds(now: number): number {
    return this.#running.size * now + this.#busyOffset;
  }

  /** The age of each running job. */
  agesSeconds(now: number): number[] {
    const ages: number[] = [];
    for (const job of this.#running.jobs()) {
      const since = this.#returned.restartedAt(job) ?? (this.startedAt[job] as number);
      ages.push((now - since) / 1_000);
    }
    return ages;
  }

  isIdle(task: number): boolean {
    return this.#busy[task] === 0;
  }

  /** A task came up: it takes waiting jobs. Returns its number. */
  addTask(now: number): number {
    const task = this.#unused.pop() ?? this.#newTask();
    this.#busy[task] = 0;
    for (let slot = 0; slot < this.#slotsPerTask; slot += 1) {
      if (this.waitingCount > 0) {
        const job = this.#start(now, task);
        this.#running.push(this.#endOf(job, now), job);
        this.#busy[task] = (this.#busy[task] as number) + 1;
      } else this.#putFree(task);
    }
    return task;
  }

  /** A task is gone with its jobs; they return when their leases expire. */
  loseTask(task: number, now: number): void {
    const lost = this.#running.drop((job) => this.#taskOf[job] === task);
    this.#busyOffset += lost.length * now;
    this.#returned.lose(lost, now);
    this.removeTask(task);
  }

  /** An idle task is gone; its number may be given again. */
  removeTask(task: number): void {
    let kept = 0;
    for (let index = 0; index < this.#freeCount; index += 1) {
      const other = this.#free[index] as number;
      if (other !== task) this.#free[kept++] = other;
    }
    this.#freeCount = kept;
    this.#unused.push(task);
  }

  /**
   * Plays all arrivals and ends up to `until`. Returns `until`, or the earlier moment at which a task became idle while
   * that is watched.
   */
  runUntil(until: number): number {
    const arrivals = this.#arrivals;
    const running = this.#running;
    for (;;) {
      const arrival =
        this.arrivedCount < arrivals.length ? (arrivals[this.arrivedCount] as number) : Number.POSITIVE_INFINITY;
      const end = running.nextEnd;
      const returns = this.#returned.nextVisibleAt;
      if (end > until && arrival > until && returns > until) return until;
      if (returns < arrival && returns < end) {
        this.#returned.showNext();
        if (this.#freeCount > 0) this.#startOnFreeSlot(returns);
      } else if (arrival < end) {
        this.arrivedCount += 1;
        if (this.#freeCount > 0) this.#startOnFreeSlot(arrival);
      } else if (this.#finish(end) && this.watchesIdle) return end;
    }
  }

  /** True when its task has become idle. */
  #finish(now: number): boolean {
    const done = this.#running.nextJob;
    const task = this.#taskOf[done] as number;
    this.finishedCount += 1;
    this.#busyOffset += now;
    this.finished.note(this.#services[done] as number);
    if (this.waitingCount > 0) {
      const next = this.#start(now, task);
      this.#running.replace(this.#endOf(next, now), next);
      return false;
    }
    this.#running.pop();
    this.#putFree(task);
    const left = (this.#busy[task] as number) - 1;
    this.#busy[task] = left;
    return left === 0;
  }

  #startOnFreeSlot(now: number): void {
    const drawn = Math.floor(this.#random() * this.#freeCount);
    const task = this.#free[drawn] as number;
    this.#freeCount -= 1;
    this.#free[drawn] = this.#free[this.#freeCount] as number;
    this.#busy[task] = (this.#busy[task] as number) + 1;
    const job = this.#start(now, task);
    this.#running.push(this.#endOf(job, now), job);
  }

  /** Starts the job that waits longest, returned jobs first; returns its number. */
  #start(now: number, task: number): number {
    const job = this.#returned.visibleCount > 0 ? this.#returned.restart(now) : this.#startNext(now);
    this.#taskOf[job] = task;
    this.#busyOffset -= now;
    return job;
  }

  #startNext(now: number): number {
    const job = this.startedCount;
    this.startedCount += 1;
    this.startedAt[job] = now;
    return job;
  }

  #endOf(job: number, now: number): number {
    return now + (this.#services[job] as number);
  }

  #putFree(task: number): void {
    if (this.#freeCount === this.#free.length) this.#free = doubled(this.#free);
    this.#free[this.#freeCount] = task;
    this.#freeCount += 1;
  }

  #newTask(): number {
    if (this.#taskCount === this.#busy.length) this.#busy = doubled(this.#busy);
    this.#taskCount += 1;
    return this.#taskCount - 1;
  }

  #countUntil(time: number): number {
    let low = 0;
    let high = this.arrivedCount;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#arrivals[middle] as number) <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}

/** The service times of the last jobs, as workers report them. */
class ServiceTimes {
  /** In seconds. The oldest are dropped in bulk: shifting the array at each job would cost more than the replay. */
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
