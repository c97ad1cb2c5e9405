import { JobApiError } from "../client/job-api-error.ts";
import type { JobClient } from "../client/job-client.ts";
import type { JobView } from "../contract/http.ts";
import { isFinished } from "../contract/job.ts";
import { clamp } from "../runtime/arithmetic.ts";
import { atMostAtOnce } from "../runtime/at-most-at-once.ts";
import { type Clock, sleep } from "../runtime/clock.ts";
import { asError } from "../runtime/errors.ts";

/** The end of a job, by its record. */
export type Finish = Pick<JobView, "state" | "attempts" | "createdAt" | "startedAt" | "finishedAt">;

export interface FollowOptions {
  client: Pick<JobClient, "get" | "listPages">;
  clock: Clock;
  signal: AbortSignal;
  /** Open jobs count as lost when no job has finished for this time. */
  patienceSeconds: number;
  /** Start of the load in milliseconds since the epoch: lists are not read beyond older jobs. */
  since: number;
  /** A wait between the last end and the second look. A longer wait can find more. */
  beforeSecondLook?: () => Promise<void>;
  onProgress?: (counts: { accepted: number; finished: number }) => void;
}

/** The outcome of all jobs. */
export interface Followed {
  finishes: Map<string, Finish>;
  /** Jobs that did not finish within the patience, each with its last seen state. */
  lost: { jobId: string; last: string }[];
  /** Jobs whose final record changed: the first end, and the later one. */
  doubled: { jobId: string; first: string; then: string }[];
  /** The jobs in doubt: accepted and followed, not accepted, and those that the API gave no information about. */
  inDoubt: { accepted: ReadonlySet<string>; absent: ReadonlySet<string>; unknown: ReadonlyMap<string, string> };
  requests: number;
}

export interface Follower {
  /** Follows an accepted job. */
  add(jobId: string): void;
  /** Follows a job that may have been accepted, once the API shows it. */
  doubt(jobId: string): void;
  /** To be called after the last job. Resolves when all jobs have ended or the patience has, after a second look of every end. */
  finish(): Promise<Followed>;
}

/**
 * Follows jobs with few requests: by pages of a hundred jobs while many are open, and one by one only for the last ones
 * and for those that no page shows. The pause after a round is four times the round's length, at least 20 ms per request,
 * and at most a minute: the records have the times of the ends, so that a late look measures the same.
 */
export function followJobs(options: FollowOptions): Follower {
  const { client, clock, signal, onProgress = () => {} } = options;
  const open = new Set<string>();
  const finishes = new Map<string, Finish>();
  const doubled = new Map<string, { first: string; then: string }>();
  const absent = new Set<string>();
  const unknown = new Map<string, string>();
  const found = new Set<string>();
  let requests = 0;
  let isComplete = false;
  let lastNewsAt = clock.now();
  let wake = () => {};
  let running = run();
  // finish() awaits it. Until then a rejection must not end the process.
  running.catch(() => {});

  async function run(): Promise<void> {
    await pause(firstPause);
    while (!signal.aborted) {
      const beganAt = clock.now();
      const askedBefore = requests;
      await readOpen().catch((error: unknown) => {
        signal.throwIfAborted();
        // Under load an API may fail to answer for a while. The next round reads again, and `patience` bounds how often.
        if (!(error instanceof JobApiError)) throw error;
      });
      if (isComplete && (open.size === 0 || clock.now() - lastNewsAt > options.patienceSeconds * 1000)) return;
      const spent = Math.max(20 * (requests - askedBefore), 4 * (clock.now() - beganAt));
      await pause(clamp(spent, leastPause, longestPause));
    }
  }

  async function readOpen(): Promise<void> {
    const seen = open.size > fewJobs ? await readList(note, open) : new Set<string>();
    await readEach([...open].filter((jobId) => !seen.has(jobId)).slice(0, mostReads), note);
  }

  /** Ends early when the last job has been sent, so that a short load does not wait for the first round. */
  async function pause(milliseconds: number): Promise<void> {
    const woken = new AbortController();
    wake = () => woken.abort();
    await sleep(clock, milliseconds, AbortSignal.any([signal, woken.signal]));
    wake = () => {};
  }

  /**
   * Reads the list, newest first, until it has shown all wanted jobs or is back at the start of this load. Returns the ids that
   * it showed.
   */
  async function readList(see: (job: JobView) => void, wanted: Iterable<string>): Promise<Set<string>> {
    const seen = new Set<string>();
    const missing = new Set(wanted);
    for await (const page of client.listPages({ signal })) {
      requests++;
      for (const job of page) {
        seen.add(job.jobId);
        missing.delete(job.jobId);
        see(job);
      }
      if (missing.size === 0) break;
      const oldest = page.at(-1);
      if (oldest !== undefined && Date.parse(oldest.createdAt) < options.since - clockSkew) break;
    }
    return seen;
  }

  function readEach(jobIds: string[], see: (job: JobView) => void): Promise<void> {
    return atMostAtOnce(readsAtOnce, jobIds, async (jobId) => {
      const job = await view(jobId);
      if (job) see(job);
    });
  }

  /** Undefined: the API does not know the job. If it was accepted, it is lost. */
  async function view(jobId: string): Promise<JobView | undefined> {
    requests++;
    try {
      return await client.get(jobId, { signal });
    } catch (error) {
      if (error instanceof JobApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  function note(job: JobView): void {
    if (absent.delete(job.jobId)) {
      found.add(job.jobId);
      open.add(job.jobId);
      tell();
    }
    if (!open.has(job.jobId) || !isFinished(job.state)) return;
    const { state, attempts, createdAt, startedAt, finishedAt } = job;
    open.delete(job.jobId);
    finishes.set(job.jobId, {
      state,
      attempts,
      createdAt,
      ...(startedAt && { startedAt }),
      ...(finishedAt && { finishedAt }),
    });
    lastNewsAt = clock.now();
    tell();
  }

  function tell(): void {
    onProgress({ accepted: open.size + finishes.size, finished: finishes.size });
  }

  /** Looks for every job in doubt, by its id if no list shows it. Returns whether one was found. */
  async function findAbsent(): Promise<boolean> {
    const before = found.size;
    unknown.clear();
    if (absent.size > fewJobs) await readList(note, absent);
    await atMostAtOnce(readsAtOnce, [...absent], async (jobId) => {
      try {
        const job = await view(jobId);
        if (job) note(job);
      } catch (error) {
        signal.throwIfAborted();
        unknown.set(jobId, asError(error).message);
      }
    });
    return found.size > before;
  }

  /** Repeats reads that the API does not answer under load, until the patience ends. */
  async function untilAnswered(read: () => Promise<void>): Promise<void> {
    const until = clock.now() + options.patienceSeconds * 1000;
    for (;;) {
      try {
        return await read();
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof JobApiError) || clock.now() >= until) throw error;
        await sleep(clock, leastPause, signal);
      }
    }
  }

  /** A list may lag behind the records, so only a record itself proves a second end. */
  async function checkEnds(): Promise<void> {
    const suspects = new Set<string>();
    const compare = (job: JobView) => {
      const first = finishes.get(job.jobId);
      if (first && describe(first) !== describe(job)) suspects.add(job.jobId);
    };
    if (finishes.size > fewJobs) await readList(compare, finishes.keys());
    else for (const jobId of finishes.keys()) suspects.add(jobId);
    await atMostAtOnce(readsAtOnce, suspects, async (jobId) => {
      const first = finishes.get(jobId);
      const now = await view(jobId);
      const then = now ? describe(now) : "gone";
      if (first && describe(first) !== then) doubled.set(jobId, { first: describe(first), then });
    });
  }

  async function describeLost() {
    const lost: Followed["lost"] = [];
    await atMostAtOnce(readsAtOnce, open, async (jobId) => {
      const last = await view(jobId).then(
        (job) => (job ? describe(job) : "unknown to the API"),
        (error: unknown) => `the API did not answer: ${asError(error).message}`,
      );
      lost.push({ jobId, last });
    });
    signal.throwIfAborted();
    return lost;
  }

  return {
    add(jobId) {
      open.add(jobId);
      tell();
    },
    doubt(jobId) {
      absent.add(jobId);
    },
    async finish() {
      isComplete = true;
      for (let hasNew = true; hasNew; ) {
        lastNewsAt = clock.now();
        wake();
        await running;
        signal.throwIfAborted();
        await options.beforeSecondLook?.();
        hasNew = absent.size > 0 && (await findAbsent());
        if (hasNew) running = run();
      }
      await untilAnswered(checkEnds);
      const lost = await describeLost();
      for (const jobId of unknown.keys()) absent.delete(jobId);
      return {
        finishes,
        lost,
        doubled: [...doubled].map(([jobId, ends]) => ({ jobId, ...ends })),
        inDoubt: { accepted: found, absent, unknown },
        requests,
      };
    },
  };
}

/** Up to this many open jobs are read one by one. */
const fewJobs = 200;
/** Most jobs that one round reads one by one. */
const mostReads = 1_000;
const readsAtOnce = 16;
const firstPause = 15_000;
const leastPause = 1_000;
const longestPause = 60_000;
const clockSkew = 60_000;

function describe({ state, attempts, finishedAt }: Finish): string {
  return `${state} after ${attempts} attempts${finishedAt ? ` at ${finishedAt}` : ""}`;
}
