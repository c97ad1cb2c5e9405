import type { JobClient } from "../../client/job-client.ts";
import type { JobView } from "../../contract/http.ts";
import { isFinished, type Json } from "../../contract/job.ts";
import { atMostAtOnce } from "../../runtime/at-most-at-once.ts";
import { backoffCeiling } from "../../runtime/backoff.ts";
import { type Clock, sleep } from "../../runtime/clock.ts";
import { AppError } from "../../runtime/errors.ts";
import type { SentText } from "./send-texts.ts";

/** A sent job with its outcome. */
export type Finished<Sent> = Sent & { job: JobView; result: Json | undefined };

export type FinishedText = Finished<SentText>;

export interface FollowOptions {
  clock: Clock;
  signal: AbortSignal;
  onFinished?: () => void;
}

/**
 * Waits until all jobs have finished, and fetches their results.
 * @throws AppError `stalled` when no job finishes for two minutes
 */
export async function followJobs<Sent extends { jobId: string }>(
  jobs: Pick<JobClient, "get" | "result">,
  sent: readonly Sent[],
  { clock, signal, onFinished = () => {} }: FollowOptions,
): Promise<Finished<Sent>[]> {
  const finished = new Map<string, Finished<Sent>>();
  let lastFinishAt = clock.now();

  await atMostAtOnce(jobsAtOnce, sent, async (one) => {
    const job = await followJob(one.jobId);
    const result = job.resultUrl === undefined ? job.result : await jobs.result(one.jobId, { signal });
    finished.set(one.jobId, { ...one, job, result });
    lastFinishAt = clock.now();
    onFinished();
  });
  return sent.flatMap(({ jobId }) => finished.get(jobId) ?? []);

  async function followJob(jobId: string): Promise<JobView> {
    for (let looks = 1; ; looks++) {
      const job = await jobs.get(jobId, { signal });
      if (isFinished(job.state)) return job;
      if (clock.now() - lastFinishAt > patienceMilliseconds) throw stalled(job, sent.length - finished.size);
      await sleep(clock, backoffCeiling(looks, waits), signal);
      signal.throwIfAborted();
    }
  }
}

const jobsAtOnce = 16;
const waits = { baseMilliseconds: 100, capMilliseconds: 1_000 };
const patienceMilliseconds = 120_000;

function stalled(job: JobView, unfinished: number): AppError {
  const message = `Expected a job to finish within ${patienceMilliseconds / 1000} s; none did. ${unfinished} jobs are unfinished, among them ${job.jobId}, which is ${job.state} after ${job.attempts} attempts.`;
  return new AppError("stalled", message, { details: { jobId: job.jobId } });
}
