import type { Clock } from "../../../runtime/clock.ts";
import { cancelJob } from "../../jobs/cancel-job.ts";
import type { JobStore } from "../../jobs/ports.ts";
import type { ApiReply, ApiRequest } from "../http/api-handler.ts";
import { found, jobKeyOf } from "../http/find-job.ts";
import { Problem } from "../http/problem.ts";
import { summarizeJob } from "../http/view-job.ts";

export interface CancelDeps {
  store: JobStore;
  clock: Clock;
  /** Subtracts a job that will never start from its owner's waiting jobs; never rejects. */
  leaveWaiting(owner: string): Promise<void>;
}

/** DELETE /jobs/{jobId}: cancels a queued job at once, and a running one at its worker's next heartbeat. */
export async function cancel(request: ApiRequest, deps: CancelDeps): Promise<ApiReply> {
  const key = jobKeyOf(request);
  const cancelled = await cancelJob(deps, key);
  if (cancelled?.neverStarted) await deps.leaveWaiting(key.owner);
  const job = found(cancelled?.job, key);
  if (job.state === "cancelled") return { status: 200, body: summarizeJob(job) };
  if (job.state === "running") return { status: 202, body: summarizeJob(job) };
  const detail = `Expected a queued or running job; ${job.jobId} is ${job.state}.`;
  throw new Problem(409, "already-finished", "The job has ended", detail);
}
