import { AppError } from "../../runtime/errors.ts";
import type { Job, JobKey } from "./job.ts";
import type { Transition } from "./machine.ts";
import type { JobStore } from "./ports.ts";

/** The result of a transition. `before` is the record that it was applied to. */
export type JobChange<Settlement> = Transition<Settlement> & { before: Job };

/**
 * Applies a transition to a job's current record. When another writer comes first, applies it again to the newer
 * record. Returns undefined when the job does not exist.
 * @param known the last record seen; it saves a read while it is still current.
 */
export async function changeJob<Settlement>(
  store: Pick<JobStore, "load" | "replace">,
  key: JobKey,
  apply: (job: Job) => Transition<Settlement>,
  known?: Job,
): Promise<JobChange<Settlement> | undefined> {
  let before = known ?? (await store.load(key));
  for (let tries = 0; tries < mostTries; tries++) {
    if (before === undefined) return undefined;
    const transition = apply(before);
    if (transition.accepted) {
      if (await store.replace(transition.job, before)) return { ...transition, before };
    } else if (before !== known) {
      // Only a fresh read may refuse: the known record can be outdated.
      return { ...transition, before };
    }
    before = await store.load(key);
  }
  throw new AppError("contention", `Job ${key.jobId} was changed by others ${mostTries} times in a row.`, {
    details: { ...key },
  });
}

/** Few writers compete for a job (its lease holder, a canceller, the sweeper); losing this often points to a defect. */
const mostTries = 20;
