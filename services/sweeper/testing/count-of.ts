import type { JobState } from "../../../contract/job.ts";
import { addJob, type OwnerJobs } from "../../jobs/count-by-owner.ts";
import { formatJobKey } from "../../jobs/job-key.ts";
import type { MemoryStore } from "../../jobs/testing/memory-store.ts";

/** Counts the jobs of a state as `countByOwner` does. */
export function countOf(store: MemoryStore, state: JobState): Map<string, OwnerJobs> {
  const found = new Map<string, OwnerJobs>();
  for (const job of store.jobs()) if (job.state === state) addJob(found, formatJobKey(job), job.stateSince);
  return found;
}
