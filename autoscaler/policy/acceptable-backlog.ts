export interface BacklogOptions {
  /** Longest wait of a job before it starts. */
  waitTargetSeconds: number;
  /** Mean service time of a job. */
  expectedJobMilliseconds: number;
  /** Jobs that one task runs at once. */
  slots: number;
}

/**
 * Visible jobs per running task with which the last of them starts at the end of the wait target. AWS's rule is acceptable
 * latency ÷ processing time: https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-using-sqs-queue.html
 * Here it is multiplied by the slots of a task. 60 s, jobs of 5 s, 2 slots: 24 jobs per task.
 */
export function acceptableBacklogPerTask({
  waitTargetSeconds,
  expectedJobMilliseconds,
  slots,
}: BacklogOptions): number {
  return (waitTargetSeconds * 1000 * slots) / expectedJobMilliseconds;
}
