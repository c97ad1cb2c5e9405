import type { Clock } from "../../runtime/clock.ts";
import { changeJob } from "./change-job.ts";
import type { Job, JobKey } from "./job.ts";
import { cancel } from "./machine.ts";
import type { JobStore } from "./ports.ts";

/**
 * Takes a queued job back, or asks the holder of a running one to stop. Returns the job as it is then - which tells whether
 * it was too late - or undefined when there is none. Safe to repeat.
 */
export async function cancelJob(
  { store, clock }: { store: JobStore; clock: Clock },
  key: JobKey,
): Promise<Job | undefined> {
  let seen: Job | undefined;
  const transition = await changeJob(store, key, (job) => {
    seen = job;
    return cancel(job, clock.now());
  });
  return transition?.accepted ? transition.job : transition && seen;
}
