import { AppError } from "../../runtime/errors.ts";
import type { Job, JobKey } from "./job.ts";
import type { Transition } from "./machine.ts";
import type { JobStore } from "./ports.ts";

/** Rivals for one job are few (a holder, a canceller, the sweeper), so that losing this often means a defect. */
const mostTries = 20;

/**
 * Applies a transition to the job as it is in the table, again on the newer record whenever someone else wrote first.
 * Returns undefined when there is no such job.
 * @param known the job as last seen, which saves a read when it is still current.
 */
export async function changeJob(
  store: JobStore,
  key: JobKey,
  transition: (job: Job) => Transition,
  known?: Job,
): Promise<Transition | undefined> {
  let job = known ?? (await store.load(key));
  for (let tries = 0; tries < mostTries; tries++) {
    if (job === undefined) return undefined;
    const result = transition(job);
    if (!result.accepted) {
      if (job !== known) return result;
    } else if (await store.replace(result.job)) return result;
    job = await store.load(key);
  }
  throw new AppError("contention", `Job ${key.jobId} was changed by others ${mostTries} times in a row.`, {
    details: { ...key },
  });
}
