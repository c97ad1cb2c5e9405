import type { Sample } from "./decide/sample.ts";

/**
 * Converts a sample to AWS time, in which `decide` works: its boot times and windows are AWS's. On a cloud that runs 60 times
 * faster than AWS, a job of 1 s counts as one of 60 s. On AWS the speed is 1 and the sample stays as it is.
 * docs/decisions/0009-faster-aws.md
 */
export function toAwsTime(sample: Sample, speed: number): Sample {
  const { arrivals, workers } = sample;
  const longer = (seconds: number) => seconds * speed;
  return {
    ...sample,
    arrivals: arrivals && { ...arrivals, perSecond: arrivals.perSecond / speed },
    workers: workers && {
      ...workers,
      agesSeconds: workers.agesSeconds.map(longer),
      serviceSeconds: workers.serviceSeconds.map(longer),
    },
  };
}

/** How many times faster than AWS the cloud runs, from the real seconds that a minute of its scheduler lasts. */
export function speedOf({ MINUTE_SECONDS }: { MINUTE_SECONDS: number }): number {
  return 60 / MINUTE_SECONDS;
}
