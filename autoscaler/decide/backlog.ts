import type { Sample } from "./sample.ts";

/** What AWS's own rule looks at, and whether anybody will ever come to what waits. */
export interface Backlog {
  backlogPerTask: number;
  strandedJobs: number;
}

/**
 * The textbook rule: the jobs that wait, divided among the tasks that run. Target tracking compares it with the acceptable
 * backlog and does the rest. https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-using-sqs-queue.html
 * Not rounded, as 0.1 and 1 are not the same backlog; at no task it is the backlog itself, as a quotient by 0 is no data.
 * Target tracking alone never wakes for a backlog at or below its target, so jobs that no task will ever come to are told apart.
 */
export function measureBacklog({ visibleJobs, runningTasks, desiredTasks }: QueueSample): Backlog {
  const isAsleep = runningTasks === 0 && desiredTasks === 0;
  return { backlogPerTask: visibleJobs / Math.max(1, runningTasks), strandedJobs: isAsleep ? visibleJobs : 0 };
}

/** The counts that queue and service give. */
export type QueueSample = Pick<Sample, "visibleJobs" | "jobsInFlight" | "runningTasks" | "desiredTasks">;
