/** What the operator states about jobs and waiting. */
export interface BacklogPolicy {
  /** How long a job may wait before it starts. */
  latencyTargetSeconds: number;
  /** How long a job runs on average. */
  expectedJobMilliseconds: number;
  /** Jobs one task runs at once. */
  slots: number;
}

/**
 * The jobs that may wait for each running task if the last of them is to start within the latency target: in that time a
 * task starts `slots` jobs every job's length. AWS's rule for SQS, acceptable latency over processing time, times the slots
 * that it does not know of: https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-using-sqs-queue.html
 * 60 s, jobs of 5 s, 2 slots: 24 jobs a task.
 */
export function acceptableBacklogPerTask({
  latencyTargetSeconds,
  expectedJobMilliseconds,
  slots,
}: BacklogPolicy): number {
  return (latencyTargetSeconds * 1000 * slots) / expectedJobMilliseconds;
}
