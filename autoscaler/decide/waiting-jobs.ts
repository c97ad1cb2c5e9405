import type { WorkloadEstimate } from "./estimate-workload.ts";
import { arrivalBucketSeconds } from "./sample.ts";

/** Waiting jobs of about the same age. */
export interface WaitingJobs {
  ageSeconds: number;
  jobs: number;
}

/** Ages of the visible jobs, the oldest first. Assumes first in, first out: the visible jobs are the latest arrivals. */
export function waitingJobs(visibleJobs: number, { arrivalCounts }: WorkloadEstimate): WaitingJobs[] {
  const waiting: WaitingJobs[] = [];
  let left = visibleJobs;
  for (let index = arrivalCounts.length - 1; index >= 0 && left > 0; index -= 1) {
    const jobs = Math.min(left, arrivalCounts[index] ?? 0);
    const ageSeconds = (arrivalCounts.length - index - 0.5) * arrivalBucketSeconds;
    if (jobs > 0) waiting.push({ ageSeconds, jobs });
    left -= jobs;
  }
  // Jobs that arrived before the first bucket count as if they had arrived at its start.
  if (left > 0) waiting.push({ ageSeconds: arrivalCounts.length * arrivalBucketSeconds, jobs: left });
  return waiting.reverse();
}
