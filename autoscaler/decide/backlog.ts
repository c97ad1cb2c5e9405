import type { Sample } from "./sample.ts";

export interface Backlog {
  /** Visible jobs ÷ running tasks. */
  backlogPerTask: number;
  /** Visible jobs while the service is at zero: no task runs and none is desired. Otherwise 0. */
  strandedJobs: number;
}

/**
 * AWS's metric for scaling on SQS: https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-using-sqs-queue.html
 * Not rounded: rounding would hide small backlogs. With no running task the divisor is 1. Stranded jobs are a separate metric:
 * at zero tasks, target tracking does not scale out while the backlog per task is at or below its target.
 */
export function measureBacklog({ visibleJobs, runningTasks, desiredTasks }: QueueSample): Backlog {
  const isAtZero = runningTasks === 0 && desiredTasks === 0;
  return { backlogPerTask: visibleJobs / Math.max(1, runningTasks), strandedJobs: isAtZero ? visibleJobs : 0 };
}

/** The part of a sample that SQS and ECS give. */
export type QueueSample = Pick<Sample, "visibleJobs" | "jobsInFlight" | "runningTasks" | "desiredTasks">;
