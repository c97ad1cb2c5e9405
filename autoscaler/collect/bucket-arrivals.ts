import { type ArrivalSample, arrivalBucketSeconds, arrivalSpanSeconds } from "../decide/sample.ts";

/** Jobs accepted in the second that begins at `at`, milliseconds since the epoch. */
export interface SecondOfArrivals {
  at: number;
  jobs: number;
}

export interface ArrivalWindows {
  /** How many times faster than AWS the cloud runs; 1 on AWS. Windows are shorter by this factor. */
  speed: number;
  /** In AWS time. */
  waitTargetSeconds: number;
}

/** How far back `bucketArrivals` needs counts, in real seconds. */
export function arrivalWindowSeconds({ speed, waitTargetSeconds }: ArrivalWindows): number {
  return Math.max(rateSeconds, arrivalSpanSeconds(waitTargetSeconds)) / speed;
}

/**
 * Sums counts per second into buckets and a mean rate. Buckets are aligned to the clock, so the newest is incomplete. The
 * jobs of a second are spread evenly over it, or over the part of it that has passed.
 */
export function bucketArrivals(
  seconds: readonly SecondOfArrivals[],
  now: number,
  { speed, waitTargetSeconds }: ArrivalWindows,
): ArrivalSample {
  const jobsWithin = (from: number, to: number) =>
    seconds.reduce((sum, second) => sum + jobsOfSecond(second, from, to, now), 0);
  const bucket = (arrivalBucketSeconds * 1_000) / speed;
  const length = Math.ceil(arrivalSpanSeconds(waitTargetSeconds) / arrivalBucketSeconds);
  const end = (Math.floor(now / bucket) + 1) * bucket;
  const counts = Array.from({ length }, (_, index) => {
    const from = end - (length - index) * bucket;
    return jobsWithin(from, from + bucket);
  });
  const windowSeconds = rateSeconds / speed;
  return { perSecond: jobsWithin(now - windowSeconds * 1_000, now) / windowSeconds, counts };
}

/** The share of a second's jobs that falls between two times. */
function jobsOfSecond({ at, jobs }: SecondOfArrivals, from: number, to: number, now: number): number {
  const end = Math.max(at + 1, Math.min(at + 1_000, now));
  const overlap = Math.min(end, to) - Math.max(at, from);
  return overlap > 0 ? (jobs * overlap) / (end - at) : 0;
}

/** `simulator/replay/control/collectors.ts` measures over the same time. */
const rateSeconds = 120;
