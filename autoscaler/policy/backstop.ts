/** What the operator states of jobs and waiting, for the policy that helps while nobody decides. */
export interface BackstopOptions {
  waitTargetSeconds: number;
  expectedServiceSeconds: number;
  slots: number;
}

/**
 * A step policy that only scales out, by an alarm on AWS's own metrics, while there is no heartbeat of the controller. The
 * alarm's metric is `missingTasks`. Its steps add tasks rather than a percentage: an alarm that has not seen the last order yet
 * repeats it, and within the cooldown only what exceeds that order is added.
 * https://docs.aws.amazon.com/autoscaling/application/userguide/step-scaling-policy-overview.html
 */
export function backstopPolicy({ waitTargetSeconds, expectedServiceSeconds, slots }: BackstopOptions): BackstopPolicy {
  return {
    taskSecondsPerJob: expectedServiceSeconds / slots,
    waitTargetSeconds,
    secondsPerTask: Math.max(expectedServiceSeconds, waitTargetSeconds),
    periodSeconds: 60,
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
  /** What a visible job takes of one task. */
  taskSecondsPerJob: number;
  waitTargetSeconds: number;
  /** The work beyond the wait target for which one task more is ordered. */
  secondsPerTask: number;
  periodSeconds: number;
  datapointsToAlarm: number;
  /**
   * Three, although one datapoint is enough: AWS's metrics come minutes late, and CloudWatch looks back over five periods for
   * three, by its own text; for one it names no figure.
   * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
   */
  evaluationPeriods: number;
  /** From and up to so many missing tasks: so many more. In ALARM above 0; missing data count as not breaching. */
  steps: readonly { fromTasks: number; toTasks: number | undefined; addTasks: number }[];
  /** Long enough that a metric three minutes late has seen the order, and the datapoints before it have left the evaluation. */
  cooldownSeconds: number;
}

/** The alarm begins where the tasks would need this many wait targets for the visible messages. */
export const alarmAtWaitTargets = 2;

/** Each order is the next power of two, once to twice what is missing: the datapoint is minutes old, and a rise goes on. */
const stepsFrom: readonly number[] = [0, ...Array.from({ length: 13 }, (_, power) => 2 ** power)];

/**
 * Where n tasks need the drain time D for the visible messages, they start a share W/D of them within the wait target W. Each slot
 * more starts one message at once and, where jobs of S are shorter than W, W/S in all: n (D - W) / max(S, W) tasks are missing,
 * which is the work beyond n W, divided by the larger of both. Tasks that are ordered but do not run yet count as well: so it
 * is 0 while orders still boot.
 */
export function missingTasks(policy: BackstopPolicy, visibleJobs: number, tasks: number): number {
  const workSeconds = visibleJobs * policy.taskSecondsPerJob;
  const withinTarget = tasks * policy.waitTargetSeconds;
  return workSeconds > alarmAtWaitTargets * withinTarget ? (workSeconds - withinTarget) / policy.secondsPerTask : 0;
}
