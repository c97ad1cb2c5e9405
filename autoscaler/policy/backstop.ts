/** What the operator states of jobs and waiting, for the policy that helps while nobody decides. */
export interface BackstopOptions {
  waitTargetSeconds: number;
  expectedServiceSeconds: number;
  slots: number;
}

/**
 * A step policy that only goes out, by an alarm on AWS's own metrics, while there is no heartbeat of the controller. It looks at
 * the time in which the tasks would get through the visible messages, against twice the wait target. Tasks that are ordered but
 * do not run yet count as well: so it stays silent while orders still boot.
 */
export function backstopPolicy(options: BackstopOptions): BackstopPolicy {
  const { waitTargetSeconds, expectedServiceSeconds, slots } = options;
  const beyond = (drain: number) => (drain - alarmAt) * waitTargetSeconds;
  return {
    drainSecondsPerJob: expectedServiceSeconds / slots,
    thresholdSeconds: alarmAt * waitTargetSeconds,
    periodSeconds: 60,
    datapointsToAlarm: 1,
    steps: drainInWaitTargets.map((drain, index) => ({
      fromSeconds: beyond(drain),
      toSeconds: index + 1 < drainInWaitTargets.length ? beyond(drainInWaitTargets[index + 1] ?? 0) : undefined,
      percent: percentFor(drain * waitTargetSeconds, options),
    })),
    tasksAtLeast: 1,
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

/** Where the alarm begins, and where each step does, in wait targets of drain time. */
const alarmAt = 2;
const drainInWaitTargets: readonly number[] = [2, 4, 8, 16, 32, 64];

/**
 * Where n tasks need the drain time D for the visible messages, they start a share W/D of them within the wait target W. Each slot
 * more starts one message at once and, where jobs of S are shorter than W, W/S in all: n (D - W) / max(S, W) tasks are missing.
 * Twice as many are ordered, as the datapoint is two minutes old and a rise goes on; an alarm that has not seen the order yet may
 * repeat it within the cooldown, as far as it asks for more. At D = 4 W and short jobs 600 %, where S is
 * 10 W 60 %.
 */
function percentFor(drainSeconds: number, { waitTargetSeconds, expectedServiceSeconds }: BackstopOptions): number {
  return Math.ceil(
    (2 * 100 * (drainSeconds - waitTargetSeconds)) / Math.max(expectedServiceSeconds, waitTargetSeconds),
  );
}
