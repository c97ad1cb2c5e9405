/** Wait target, expected service time and slots per task, as configured. */
export interface BackstopOptions {
  waitTargetSeconds: number;
  expectedServiceSeconds: number;
  slots: number;
}

/**
 * A step scaling policy that scales out while the controller's heartbeat is missing. Its alarm uses AWS's own metrics; the
 * alarm's metric is `missingTasks`. Steps add tasks, not a percentage: the alarm repeats its action until late metrics show
 * the added tasks, and within the cooldown a repeated action adds only what exceeds the last one.
 * https://docs.aws.amazon.com/autoscaling/application/userguide/step-scaling-policy-overview.html
 */
export function backstopPolicy({ waitTargetSeconds, expectedServiceSeconds, slots }: BackstopOptions): BackstopPolicy {
  return {
    taskSecondsPerJob: expectedServiceSeconds / slots,
    waitTargetSeconds,
    secondsPerTask: Math.max(expectedServiceSeconds, waitTargetSeconds),
    datapointsToAlarm: 1,
    evaluationPeriods: 3,
    steps: stepsFrom.map((fromTasks, index) => ({
      fromTasks,
      toTasks: stepsFrom[index + 1],
      addTasks: Math.max(1, 2 * fromTasks),
    })),
    cooldownSeconds: 300,
  };
}

export interface BackstopPolicy {
  /** Expected work of one visible job, in seconds of one task. */
  taskSecondsPerJob: number;
  waitTargetSeconds: number;
  /** One task is missing for each of these seconds of work beyond the wait target. */
  secondsPerTask: number;
  datapointsToAlarm: number;
  /**
   * Three, although one datapoint is enough: AWS's metrics arrive minutes late. CloudWatch documents a look-back of five
   * periods for an alarm of three, and none for an alarm of one.
   * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
   */
  evaluationPeriods: number;
  /** Tasks added for each range of missing tasks. The alarm threshold is 0; missing data are not breaching. */
  steps: readonly { fromTasks: number; toTasks: number | undefined; addTasks: number }[];
  /** Long enough for a metric three minutes late to show the added tasks, and for older datapoints to leave the evaluation. */
  cooldownSeconds: number;
}

/** Period of the metrics in the alarms of step policies. */
export const alarmPeriodSeconds = 60;

/** Tasks are missing once the visible messages take longer than this many wait targets. */
export const alarmAtWaitTargets = 2;

/** Each step adds the next power of two, one to two times the missing tasks: the datapoint is minutes old, and a rise goes on. */
const stepsFrom: readonly number[] = [0, ...Array.from({ length: 13 }, (_, power) => 2 ** power)];

/**
 * Tasks missing to start all visible messages within the wait target. n tasks that need the drain time D for the visible
 * messages start the share W/D of them within the wait target W. Another slot starts one message at once and, for service
 * times S shorter than W, W/S messages in all. So n (D - W) / max(S, W) tasks are missing: the work beyond n W, divided by the
 * larger of S and W. `tasks` includes desired tasks that do not run yet: the result is 0 while they boot.
 */
export function missingTasks(policy: BackstopPolicy, visibleJobs: number, tasks: number): number {
  const workSeconds = visibleJobs * policy.taskSecondsPerJob;
  const withinTarget = tasks * policy.waitTargetSeconds;
  return workSeconds > alarmAtWaitTargets * withinTarget ? (workSeconds - withinTarget) / policy.secondsPerTask : 0;
}
