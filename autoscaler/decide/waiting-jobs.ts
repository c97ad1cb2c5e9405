import type { Flow } from "./flow.ts";
import { arrivalBucketSeconds } from "./sample.ts";

/** Jobs that wait, and for how long. */
export interface WaitingJobs {
  ageSeconds: number;
  jobs: number;
}

/** Who waits is who came last, as the queue is first in first out but for a few: the oldest first. */
export function waitingJobs(visibleJobs: number, { arrivalCounts }: Flow): WaitingJobs[] {
  const waiting: WaitingJobs[] = [];
  let left = visibleJobs;
  for (let index = arrivalCounts.length - 1; index >= 0 && left > 0; index -= 1) {
    const jobs = Math.min(left, arrivalCounts[index] ?? 0);
    const ageSeconds = (arrivalCounts.length - index - 0.5) * arrivalBucketSeconds;
    if (jobs > 0) waiting.push({ ageSeconds, jobs });
    left -= jobs;
  }
  if (left > 0) waiting.push({ ageSeconds: arrivalCounts.length * arrivalBucketSeconds, jobs: left });
  return waiting.reverse();
}
