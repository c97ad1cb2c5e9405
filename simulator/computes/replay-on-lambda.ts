import type { JobList } from "../../workload/job-list.ts";
import { Completions } from "../replay/completions.ts";
import { parameters } from "./parameters.ts";

export interface LambdaRun {
  /** Of each job that may run, from its arrival to the start of its handler. */
  waitSeconds: Float64Array;
  /** Jobs above Lambda's timeout. They are not run, wait for nothing and cost nothing. */
  refusedJobs: number;
  coldStarts: number;
  peakConcurrency: number;
  /** Service times and cold starts; AWS bills both. */
  billedSeconds: number;
}

export interface LambdaSettings {
  concurrencyMaximum: number;
}

/**
 * Replays a job list on a Lambda function behind a standard queue: each job has an execution environment of its own. Environments
 * are reused, and kept for a while. The concurrency starts low and grows while messages wait, up to a limit.
 */
export function replayOnLambda(
  jobs: JobList,
  { concurrencyMaximum }: LambdaSettings = { concurrencyMaximum: parameters.lambdaConcurrencyMaximum.value },
): LambdaRun {
  const runnable = jobs.serviceSeconds.reduce<number[]>((found, service, job) => {
    if (service * 1_000 <= parameters.lambdaTimeoutMilliseconds.value) found.push(job);
    return found;
  }, []);
  const waitSeconds = new Float64Array(runnable.length);
  const environments = new Environments();
  const running = new Completions();
  const allowed = new AllowedConcurrency(concurrencyMaximum);
  let arrived = 0;
  let started = 0;
  let peakConcurrency = 0;
  let billed = 0;
  const arrivalOf = (index: number) => (jobs.arrivalSeconds[runnable[index] as number] as number) * 1_000;
  for (;;) {
    const nextArrival = arrived < runnable.length ? arrivalOf(arrived) : Number.POSITIVE_INFINITY;
    const now = Math.min(nextArrival, running.nextEnd, allowed.nextGrowthAt);
    if (now === Number.POSITIVE_INFINITY) break;
    if (running.nextEnd === now) {
      running.pop();
      environments.release(now);
    } else if (nextArrival === now) arrived += 1;
    else allowed.grow();
    for (; started < arrived && running.size < allowed.now; started += 1) {
      const coldStart = environments.take(now) ? 0 : parameters.lambdaColdStartMilliseconds.value;
      const service = (jobs.serviceSeconds[runnable[started] as number] as number) * 1_000;
      waitSeconds[started] = (now + coldStart - arrivalOf(started)) / 1_000;
      running.push(now + coldStart + service, started);
      billed += coldStart + service;
    }
    peakConcurrency = Math.max(peakConcurrency, running.size);
    allowed.follow({ isWaiting: started < arrived, running: running.size, now });
  }
  return {
    waitSeconds,
    refusedJobs: jobs.serviceSeconds.length - runnable.length,
    coldStarts: environments.coldStarts,
    peakConcurrency,
    billedSeconds: billed / 1_000,
  };
}

/** Idle execution environments, the one used last on top. */
class Environments {
  coldStarts = 0;
  #idleSince: number[] = [];

  /** Takes the environment that was used last; false if a new one has to start. */
  take(now: number): boolean {
    const since = this.#idleSince.pop();
    if (since !== undefined && now - since <= parameters.lambdaKeptWarmMilliseconds.value) return true;
    // All others are idle for longer.
    this.#idleSince = [];
    this.coldStarts += 1;
    return false;
  }

  release(now: number): void {
    this.#idleSince.push(now);
  }
}

/** How many messages the event source mapping processes at once. Times are milliseconds. */
class AllowedConcurrency {
  now = least;
  nextGrowthAt = Number.POSITIVE_INFINITY;
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
    this.now = Math.min(least, most);
  }

  /** Grows evenly within a minute. */
  grow(): void {
    this.now = Math.min(this.#most, this.now + 1);
    this.nextGrowthAt += growthMilliseconds;
  }

  /** Grows while messages wait, and starts again when nothing runs. AWS does not publish how fast it falls in between. */
  follow({ isWaiting, running, now }: { isWaiting: boolean; running: number; now: number }): void {
    if (running === 0) this.now = Math.min(least, this.#most);
    if (!isWaiting || this.now >= this.#most) this.nextGrowthAt = Number.POSITIVE_INFINITY;
    else if (this.nextGrowthAt === Number.POSITIVE_INFINITY) this.nextGrowthAt = now + growthMilliseconds;
  }
}

const least: number = parameters.lambdaFromQueueMinimum.value;
const growthMilliseconds = 60_000 / parameters.lambdaFromQueuePerMinuteMaximum.value;
