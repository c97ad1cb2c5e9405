import type { JobClient } from "../client/job-client.ts";
import { type Clock, sleep } from "../runtime/clock.ts";
import { awaitSmallFleet, readFleet } from "./fleet.ts";
import { followJobs } from "./follow-jobs.ts";
import type { PlannedRequest } from "./plan.ts";
import { isInDoubt, sendJobs } from "./send-jobs.ts";
import type { LoadRecord } from "./summarize-load.ts";

export interface RunOptions {
  /** Sends without retries, so that refusals show. */
  sender: Pick<JobClient, "submit" | "submitBatch">;
  /** Reads jobs, with retries. */
  watcher: Pick<JobClient, "get" | "listPages">;
  requests: readonly PlannedRequest[];
  fleetFile: string | undefined;
  sockets: number;
  patienceSeconds: number;
  settleSeconds: number;
  clock: Clock;
  signal: AbortSignal;
  onProgress?: (progress: LoadProgress) => void;
}

export interface LoadProgress {
  planned: number;
  answered: number;
  accepted: number;
  finished: number;
  phase: "sending" | "following" | "settling";
}

/** Durations of the parts of a run. */
export interface Phases {
  sendingSeconds: number;
  followingSeconds: number;
  settlingSeconds: number;
  secondLookSeconds: number;
}

/** Sends a plan, follows the accepted jobs to their ends, and looks at each end a second time. */
export async function runLoad(options: RunOptions): Promise<LoadRecord & { phases: Phases }> {
  const { requests, clock, signal, fleetFile, onProgress = () => {} } = options;
  const planned = requests.reduce((sum, { jobs }) => sum + jobs.length, 0);
  const progress: LoadProgress = { planned, answered: 0, accepted: 0, finished: 0, phase: "sending" };
  const tell = (news: Partial<LoadProgress>) => onProgress({ ...Object.assign(progress, news) });

  const startedAt = clock.now();
  let endedAt = startedAt;
  let settledAt = startedAt;
  const follower = followJobs({
    client: options.watcher,
    clock,
    signal,
    patienceSeconds: options.patienceSeconds,
    since: startedAt,
    onProgress: tell,
    async beforeSecondLook() {
      endedAt = clock.now();
      tell({ phase: "settling" });
      await sleep(clock, Math.min(leastSettleSeconds, options.settleSeconds) * 1000, signal);
      await awaitSmallFleet(fleetFile, { from: startedAt, seconds: options.settleSeconds, clock, signal });
      settledAt = clock.now();
    },
  });
  const sent = await sendJobs({
    ...options,
    client: options.sender,
    onAnswered({ jobs }) {
      for (const job of jobs) {
        if (job.outcome === "accepted") follower.add(job.jobId);
        else if (isInDoubt(job)) follower.doubt(job.jobId);
      }
      tell({ answered: progress.answered + jobs.length });
    },
  });
  const sentAt = clock.now();
  tell({ phase: "following" });
  const followed = await follower.finish();
  const phases = {
    sendingSeconds: (sentAt - startedAt) / 1000,
    followingSeconds: (endedAt - sentAt) / 1000,
    settlingSeconds: (settledAt - endedAt) / 1000,
    secondLookSeconds: (clock.now() - settledAt) / 1000,
  };
  return { planned, sent, followed, fleet: readFleet(fleetFile), startedAt, endedAt: settledAt, phases };
}

/** A second end comes shortly after an expired lease or a lost race. A longer wait finds more of them. */
const leastSettleSeconds = 2;
