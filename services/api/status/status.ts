import { statusQuerySchema } from "../../../contract/http.ts";
import { isFinished } from "../../../contract/job.ts";
import { type Backoff, backoffCeiling } from "../../../runtime/backoff.ts";
import { type Clock, sleep } from "../../../runtime/clock.ts";
import type { Job, JobKey } from "../../jobs/job.ts";
import type { JobStore } from "../../jobs/ports.ts";
import type { BeginWait } from "../../owners/long-polls.ts";
import type { ApiReply, ApiRequest } from "../http/api-handler.ts";
import { found, jobKeyOf } from "../http/find-job.ts";
import { check } from "../http/problem.ts";
import { type PresignResult, viewJob } from "../http/view-job.ts";

export interface StatusDeps {
  store: Pick<JobStore, "load" | "peek">;
  beginWait: BeginWait;
  presignResult: PresignResult;
  clock: Clock;
}

/** GET /jobs/{jobId}: the job, at once or with `wait` as a long poll for its end. */
export async function status(request: ApiRequest, deps: StatusDeps): Promise<ApiReply> {
  const key = jobKeyOf(request);
  const { wait } = check(statusQuerySchema, request.query);
  const job = found(await loadFinished(deps, key, wait * 1000), key);
  return { status: 200, body: await viewJob(job, deps.presignResult) };
}

/** Long poll: returns the job when it has ended, or after the wait. An owner with too many long polls gets it at once. */
async function loadFinished(deps: StatusDeps, key: JobKey, waitMilliseconds: number): Promise<Job | undefined> {
  const { store, clock, beginWait } = deps;
  const deadline = clock.now() + waitMilliseconds;
  const job = await store.load(key);
  if (job === undefined || isFinished(job.state) || waitMilliseconds === 0) return job;
  const endWait = await beginWait(key.owner);
  if (endWait === undefined) return job;
  try {
    for (let polls = 1; ; polls++) {
      await sleep(clock, Math.min(backoffCeiling(polls, pollBackoff), deadline - clock.now()));
      if (clock.now() >= deadline) return await store.load(key);
      const seen = await store.peek(key);
      if (seen !== undefined && isFinished(seen.state)) return seen;
    }
  } finally {
    await endWait();
  }
}

/** Each poll costs half a read unit per 4 KB of the record. */
const pollBackoff: Backoff = { baseMilliseconds: 250, capMilliseconds: 2_000 };
