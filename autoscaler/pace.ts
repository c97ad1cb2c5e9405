import type { Sample } from "./decide/sample.ts";

/**
 * A sample as it would be where a minute of the scheduler has 60 seconds. The core decides in AWS's time: boots, alarms and
 * its own windows have their lengths there. On AWS the pace is 1 and nothing changes; on a cloud whose minutes are 60 times
 * shorter, a job that runs for a second is to it one of a minute. docs/decisions/0009-faster-aws.md
 */
export function atPace(sample: Sample, pace: number): Sample {
  const { arrivals, workers } = sample;
  const longer = (seconds: number) => seconds * pace;
  return {
    ...sample,
    arrivals: arrivals && { ...arrivals, perSecond: arrivals.perSecond / pace },
    workers: workers && {
      ...workers,
      agesSeconds: workers.agesSeconds.map(longer),
      serviceSeconds: workers.serviceSeconds.map(longer),
    },
  };
}

/** How many times faster than AWS's the scheduler's minutes pass. */
export function paceOf({ MINUTE_SECONDS }: { MINUTE_SECONDS: number }): number {
  return 60 / MINUTE_SECONDS;
}
