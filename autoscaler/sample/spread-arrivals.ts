import type { Arrivals } from "../decide/sample.ts";
import { arrivalBucketSeconds, arrivalSpanSeconds } from "../decide/sample.ts";

/** Jobs accepted in the second that begins at `at`, milliseconds since the epoch. */
export interface SecondOfArrivals {
  at: number;
  jobs: number;
}

export interface ArrivalWindows {
  /** How many times faster than AWS's the minutes pass: windows are as many times shorter. */
  pace: number;
  /** Of the policy, in AWS's time. */
  waitTargetSeconds: number;
}

/** How far back the decision wants to see, in real seconds. */
export function arrivalWindowSeconds({ pace, waitTargetSeconds }: ArrivalWindows): number {
  return Math.max(rateSeconds, arrivalSpanSeconds(waitTargetSeconds)) / pace;
}

/**
 * The counts of whole seconds as the decision wants them: by the clock's tens of AWS's seconds, of which the newest has only
 * begun, and as a rate. The jobs of a second are taken to have come evenly over it, or over what of it has passed.
 */
export function spreadArrivals(seconds: readonly SecondOfArrivals[], now: number, windows: ArrivalWindows): Arrivals {
  const { pace, waitTargetSeconds } = windows;
  const within = (from: number, to: number) => seconds.reduce((sum, second) => sum + share(second, from, to, now), 0);
  const bucket = (arrivalBucketSeconds * 1_000) / pace;
  const length = Math.ceil(arrivalSpanSeconds(waitTargetSeconds) / arrivalBucketSeconds);
  const end = (Math.floor(now / bucket) + 1) * bucket;
  const counts = Array.from({ length }, (_, index) => {
    const from = end - (length - index) * bucket;
    return within(from, from + bucket);
  });
  const windowSeconds = rateSeconds / pace;
  return { perSecond: within(now - windowSeconds * 1_000, now) / windowSeconds, counts };
}

/** The jobs of that second that came from one moment to another. */
function share({ at, jobs }: SecondOfArrivals, from: number, to: number, now: number): number {
  const end = Math.max(at + 1, Math.min(at + 1_000, now));
  const overlap = Math.min(end, to) - Math.max(at, from);
  return overlap > 0 ? (jobs * overlap) / (end - at) : 0;
}

const rateSeconds = 120;
