/** What was seen of queue and service at one moment. */
export interface Sample {
  visibleJobs: number;
  jobsInFlight: number;
  runningTasks: number;
  desiredTasks: number;
}

/** What target tracking is to act on, and why. */
export interface Decision {
  backlogPerTask: number;
  strandedJobs: number;
  reason: string;
}

/**
 * The textbook rule: the jobs that wait, divided among the tasks that run. Target tracking compares it with the acceptable
 * backlog and does the rest. https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-using-sqs-queue.html
 * Not rounded, as 0.1 and 1 are not the same backlog; at no task it is the backlog itself, as a quotient by 0 is no data.
 * Target tracking alone never wakes for a backlog at or below its target, so jobs that no task will ever come to are told apart.
 */
export function decide({ visibleJobs, runningTasks, desiredTasks }: Sample): Decision {
  const backlogPerTask = visibleJobs / Math.max(1, runningTasks);
  const isAsleep = runningTasks === 0 && desiredTasks === 0;
  const strandedJobs = isAsleep ? visibleJobs : 0;
  const reason =
    strandedJobs > 0
      ? `${visibleJobs} jobs wait and no task is wanted`
      : `${visibleJobs} jobs wait for ${runningTasks} running tasks`;
  return { backlogPerTask, strandedJobs, reason };
}
