/** What the operator states of jobs and waiting, for the policy that helps while nobody decides. */
export interface BackstopOptions {
  waitTargetSeconds: number;
  expectedServiceSeconds: number;
  slots: number;
}

/**
 * A step policy that only goes out, by an alarm on AWS's own metrics, so that it works while the controller does not: the time
 * in which the running tasks would get through the visible messages, against twice the wait target. The controller never lets it
 * come that far for longer than a start takes, so the two do not meet.
 */
export function backstopPolicy({ waitTargetSeconds, expectedServiceSeconds, slots }: BackstopOptions): BackstopPolicy {
  return {
    drainSecondsPerJob: expectedServiceSeconds / slots,
    thresholdSeconds: 2 * waitTargetSeconds,
    periodSeconds: 60,
    datapointsToAlarm: 1,
    steps: [
      { fromSeconds: 0, toSeconds: 2 * waitTargetSeconds, percent: 50 },
      { fromSeconds: 2 * waitTargetSeconds, toSeconds: 6 * waitTargetSeconds, percent: 100 },
      { fromSeconds: 6 * waitTargetSeconds, toSeconds: undefined, percent: 200 },
    ],
    tasksAtLeast: 2,
    cooldownSeconds: 120,
  };
}

export interface BackstopPolicy {
  /** The alarm's metric is visible messages × this / max(1, running tasks): one task needs so long for one of them. */
  drainSecondsPerJob: number;
  /** In ALARM above it; missing data count as not breaching. */
  thresholdSeconds: number;
  periodSeconds: number;
  datapointsToAlarm: number;
  /** Beyond the threshold, from and up to: so many percent of the tasks more. */
  steps: readonly { fromSeconds: number; toSeconds: number | undefined; percent: number }[];
  /** No step adds fewer. */
  tasksAtLeast: number;
  cooldownSeconds: number;
}
