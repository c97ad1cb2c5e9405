/** What the operator states of jobs and waiting, for the policy that helps while nobody decides. */
export interface BackstopOptions {
  waitTargetSeconds: number;
  expectedServiceSeconds: number;
  slots: number;
}

/**
 * A step policy that only goes out, by an alarm on AWS's own metrics, so that it works while the controller does not. It looks at
 * the time in which the tasks would get through the visible messages, against twice the wait target. Tasks that are ordered but
 * do not run yet count as well: so it stays silent while the controller's orders, or its own, still boot. Each step adds about
 * what brings that time back to the wait target.
 */
export function backstopPolicy({ waitTargetSeconds, expectedServiceSeconds, slots }: BackstopOptions): BackstopPolicy {
  return {
    drainSecondsPerJob: expectedServiceSeconds / slots,
    thresholdSeconds: 2 * waitTargetSeconds,
    periodSeconds: 60,
    datapointsToAlarm: 1,
    steps: [
      { fromSeconds: 0, toSeconds: 2 * waitTargetSeconds, percent: 100 },
      { fromSeconds: 2 * waitTargetSeconds, toSeconds: 6 * waitTargetSeconds, percent: 300 },
      { fromSeconds: 6 * waitTargetSeconds, toSeconds: 14 * waitTargetSeconds, percent: 700 },
      { fromSeconds: 14 * waitTargetSeconds, toSeconds: undefined, percent: 1_500 },
    ],
    tasksAtLeast: 2,
    cooldownSeconds: 120,
  };
}

export interface BackstopPolicy {
  /** The alarm's metric is visible messages × this / max(1, running tasks, desired tasks): one task needs so long for one. */
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
