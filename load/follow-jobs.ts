import { JobApiError } from "../client/job-api-error.ts";
import type { JobClient } from "../client/job-client.ts";
import type { JobView } from "../contract/http.ts";
import { isFinished } from "../contract/job.ts";
import { clamp } from "../runtime/arithmetic.ts";
import { atMostAtOnce } from "../runtime/at-most-at-once.ts";
import { type Clock, sleep } from "../runtime/clock.ts";
import { asError } from "../runtime/errors.ts";

/** A job's end as its record tells it. */
export type Finish = Pick<JobView, "state" | "attempts" | "createdAt" | "startedAt" | "finishedAt">;

export interface FollowOptions {
  client: Pick<JobClient, "get" | "listPages">;
  clock: Clock;
  signal: AbortSignal;
  /** Jobs are taken for lost when none has finished for so long. */
  patienceSeconds: number;
  /** Nothing older than this is looked for in lists, milliseconds since the epoch. */
  since: number;
  /** What there is to wait for between the last end and the second look: the longer, the more it can find. */
  beforeSecondLook?: () => Promise<void>;
  onProgress?: (counts: { accepted: number; finished: number }) => void;
}

/** What became of the jobs. */
export interface Followed {
  finishes: Map<string, Finish>;
  /** Never finished within the patience, with the last that was seen of them. */
  lost: { jobId: string; last: string }[];
  /** Ended, and then ended otherwise: what was seen first and later. */
  doubled: { jobId: string; first: string; then: string }[];
  /** The jobs in doubt: accepted and followed, not accepted, and those that the API gave no information about. */
  inDoubt: { accepted: ReadonlySet<string>; absent: ReadonlySet<string>; unknown: ReadonlyMap<string, string> };
  requests: number;
}

export interface Follower {
  /** Takes in a job that was accepted. */
  add(jobId: string): void;
  /** Takes in a job that may have been accepted; it is followed once the API shows it. */
  doubt(jobId: string): void;
  /** No more jobs come. Resolves when all have ended or patience has, after a second look at every end. */
  finish(): Promise<Followed>;
}

/**
 * Follows jobs cheaply: by the pages of the list, a hundred jobs each, as long as many are open, and one by one only the last
 * ones and those that no page shows. A round is followed by a pause four times as long, and by 20 ms
 * for each of its requests, but never by more than 10 s.
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
  // Awaited in finish(); until then a failure must not end the process.
  running.catch(() => {});

  async function run(): Promise<void> {
    await pause(firstPause);
    while (!signal.aborted) {
      const beganAt = clock.now();
      const askedBefore = requests;
      await lookAround().catch((error: unknown) => {
        signal.throwIfAborted();
        // Under load an API may fail to answer for a while. The next round looks again, and the patience bounds how often.
        if (!(error instanceof JobApiError)) throw error;
      });
      if (isComplete && (open.size === 0 || clock.now() - lastNewsAt > options.patienceSeconds * 1000)) return;
      const spent = Math.max(20 * (requests - askedBefore), 4 * (clock.now() - beganAt));
      await pause(clamp(spent, leastPause, longestPause));
    }
  }

  async function lookAround(): Promise<void> {
    const seen = open.size > fewJobs ? await walk(note) : new Set<string>();
    await lookAtEach([...open].filter((jobId) => !seen.has(jobId)).slice(0, mostLooks), note);
  }

  /** Ends early when the last job has been sent: a short load shall not wait for the first round. */
  async function pause(milliseconds: number): Promise<void> {
    const woken = new AbortController();
    wake = () => woken.abort();
    await sleep(clock, milliseconds, AbortSignal.any([signal, woken.signal]));
    wake = () => {};
  }

  /** Reads the list, newest first, until nothing of this load can follow; says which jobs it showed. */
  async function walk(look: (job: JobView) => void): Promise<Set<string>> {
    const seen = new Set<string>();
    for await (const page of client.listPages({ signal })) {
      requests++;
      for (const job of page) {
        seen.add(job.jobId);
        look(job);
      }
      const oldest = page.at(-1);
      if (oldest !== undefined && Date.parse(oldest.createdAt) < options.since - clockSkew) break;
    }
    return seen;
  }

  function lookAtEach(jobIds: string[], look: (job: JobView) => void): Promise<void> {
    return atMostAtOnce(looksAtOnce, jobIds, async (jobId) => {
      const job = await view(jobId);
      if (job) look(job);
    });
  }

  /** undefined where the API knows no such job: one that was accepted is lost then. */
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

  /** Looks for every job in doubt, and says whether one was found. A record that a list does not show yet is asked for by its id. */
  async function lookForAbsent(): Promise<boolean> {
    const before = found.size;
    unknown.clear();
    if (absent.size > fewJobs) await walk(note);
    await atMostAtOnce(looksAtOnce, [...absent], async (jobId) => {
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

  /** A list may lag behind the records; only what a record itself says otherwise is proof of a second end. */
  async function lookAgain(): Promise<void> {
    const suspects = new Set<string>();
    const compare = (job: JobView) => {
      const first = finishes.get(job.jobId);
      if (first && describe(first) !== describe(job)) suspects.add(job.jobId);
    };
    if (finishes.size > fewJobs) await walk(compare);
    else for (const jobId of finishes.keys()) suspects.add(jobId);
    await atMostAtOnce(looksAtOnce, suspects, async (jobId) => {
      const first = finishes.get(jobId);
      const now = await view(jobId);
      const then = now ? describe(now) : "gone";
      if (first && describe(first) !== then) doubled.set(jobId, { first: describe(first), then });
    });
  }

  async function describeLost() {
    const lost: Followed["lost"] = [];
    await atMostAtOnce(looksAtOnce, open, async (jobId) => {
      const last = await view(jobId).then(
        (job) => (job ? describe(job) : "unknown to the API"),
        (error: unknown) => `the API did not show it: ${asError(error).message}`,
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
        hasNew = absent.size > 0 && (await lookForAbsent());
        if (hasNew) running = run();
      }
      await lookAgain();
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

/** Fewer open jobs than these are asked for one by one. */
const fewJobs = 200;
/** Jobs that a list does not show are asked for one by one, but not all in one round. */
const mostLooks = 1_000;
const looksAtOnce = 16;
const firstPause = 15_000;
const leastPause = 1_000;
const longestPause = 10_000;
const clockSkew = 60_000;

function describe({ state, attempts, finishedAt }: Finish): string {
  return `${state} after ${attempts} attempts${finishedAt ? ` at ${finishedAt}` : ""}`;
}
