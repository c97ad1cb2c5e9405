import type { Clock } from "../../runtime/clock.ts";
import { changeJob } from "./change-job.ts";
import type { Job, JobKey } from "./job.ts";
import { cancel } from "./machine.ts";
import type { JobStore } from "./ports.ts";

/**
 * Cancels a queued job, or asks the lease holder of a running one to stop. Returns the resulting job, whose state shows
 * whether the request came too late, and whether this call ended a job that had never started; undefined when the job does
 * not exist. Safe to repeat.
 */
export async function cancelJob(
  { store, clock }: { store: JobStore; clock: Clock },
  key: JobKey,
): Promise<{ job: Job; neverStarted: boolean } | undefined> {
  const change = await changeJob(store, key, (job) => cancel(job, clock.now()));
  if (change === undefined) return undefined;
  if (!change.accepted) return { job: change.before, neverStarted: false };
  return { job: change.job, neverStarted: change.job.state === "cancelled" && change.job.fence === 0 };
}
