import { changeJob } from "../../jobs/change-job.ts";
import type { Job, Position } from "../../jobs/job.ts";
import { retry } from "../../jobs/machine.ts";
import type { JobStore, SendMessage } from "../../jobs/ports.ts";
import type { OpenPlaces } from "../../owners/waiting-gate.ts";
import type { ApiReply, ApiRequest } from "../http/api-handler.ts";
import { found, jobKeyOf } from "../http/find-job.ts";
import { Problem } from "../http/problem.ts";
import { summarizeJob } from "../http/view-job.ts";
import { tooManyWaiting } from "./submit.ts";

export interface RetryJobDeps {
  store: JobStore;
  sendMessage: SendMessage;
  now(): number;
  openPlaces: OpenPlaces;
  /** Counts a job that was queued anew. */
  countArrival(job: Pick<Job, "type">): Promise<void>;
}

/**
 * POST /jobs/{jobId}/retry: queues a failed or cancelled job again. Safe to repeat: while the job is queued, a repetition sends the
 * message again, because an earlier call may have crashed between record and message.
 * @throws Problem 404; 409 for a job that succeeded; 429 for another one if the owner has too many waiting jobs
 */
export async function retryJob(request: ApiRequest, deps: RetryJobDeps): Promise<ApiReply> {
  const key = jobKeyOf(request);
  const before = found(await deps.store.load(key), key);
  const places = await deps.openPlaces(request.owner, 1);
  const hasPlace = places.take();
  try {
    if (!hasPlace && isRetryable(before)) throw tooManyWaiting(places);
    const position = await takeNewPosition(before, deps);
    const change = await changeJob(deps.store, key, (job) => retry(job, deps.now(), position), before);
    const job = found(change && (change.accepted ? change.job : change.before), key);
    // Jobs are counted until their first start, which a job that has started before does not have again.
    if (hasPlace && (!change?.accepted || job.fence > 0)) places.giveBack();
    if (job.state === "succeeded") {
      throw new Problem(
        409,
        "already-succeeded",
        "The job has succeeded",
        `Expected a failed or cancelled job; ${job.jobId} has succeeded.`,
      );
    }
    if (job.state === "queued") await deps.sendMessage(job, Math.max(0, job.stateSince - deps.now()));
    if (change?.accepted) await deps.countArrival(job);
    return { status: 202, body: summarizeJob(job), headers: { location: `/jobs/${job.jobId}` } };
  } finally {
    await places.close();
  }
}

/** A retried job of a group is done after all jobs that the group has by now. */
function takeNewPosition(job: Job, { store }: RetryJobDeps): Promise<Position> | undefined {
  const { owner, jobId, groupId } = job;
  return groupId !== undefined && isRetryable(job) ? store.takePosition({ owner, jobId, groupId }) : undefined;
}

function isRetryable({ state }: Job): boolean {
  return state === "failed" || state === "cancelled";
}
