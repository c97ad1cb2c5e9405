import { statusQuerySchema } from "../../../contract/http.ts";
import { isFinished } from "../../../contract/job.ts";
import { type Clock, sleep } from "../../../runtime/clock.ts";
import type { Job, JobKey } from "../../jobs/job.ts";
import type { JobStore } from "../../jobs/ports.ts";
import type { ApiReply, ApiRequest } from "../http/api-handler.ts";
import { found, jobKeyOf } from "../http/find-job.ts";
import { check } from "../http/problem.ts";
import { type PresignResult, viewJob } from "../http/view-job.ts";

export interface StatusDeps {
  store: Pick<JobStore, "load">;
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

/** Long poll: returns the job when it has ended, or after the wait. */
async function loadFinished(
  { store, clock }: StatusDeps,
  key: JobKey,
  waitMilliseconds: number,
): Promise<Job | undefined> {
  const deadline = clock.now() + waitMilliseconds;
  for (;;) {
    const job = await store.load(key);
    const left = deadline - clock.now();
    if (job === undefined || isFinished(job.state) || left <= 0) return job;
    await sleep(clock, Math.min(pollMilliseconds, left));
  }
}

/** Each poll costs a read of the record. */
const pollMilliseconds = 500;
