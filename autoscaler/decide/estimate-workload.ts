import type { ScalingSettings } from "../policy/scaling-settings.ts";
import type { ControllerState } from "./controller-state.ts";
import { arrivalBucketSeconds, arrivalSpanSeconds, mean, type Sample, unlimitedJobs } from "./sample.ts";

/** Arrival rate and service times. Fallbacks replace missing measurements. */
export interface WorkloadEstimate extends SlotUse {
  arrivalsPerSecond: number;
  /** Jobs that arrived in each bucket of `arrivalBucketSeconds`, the newest last. */
  arrivalCounts: readonly number[];
  /** Mean service time. */
  serviceSeconds: number;
  /** Last measured values, for the state of the controller. */
  lastKnown: Pick<ControllerState, "serviceSeconds" | "arrivals">;
}

/** How long jobs will occupy slots. */
interface SlotUse {
  /** Mean share of the next `seconds` for which a job that starts now holds its slot: E[min(service time, seconds)] / seconds. */
  slotShare(seconds: number): number;
  /** Expected number of the jobs in flight that will still be running after `seconds`. */
  stillRunningAfter(seconds: number): number;
}

/**
 * Fallbacks of the service time: the last measured mean, then `expectedServiceSeconds`. Fallbacks of the arrival rate: for two
 * minutes the last measured rate, then Little's law, jobs in flight = arrival rate × service time. The law comes last, because
 * jobs in flight lag behind arrivals while jobs wait.
 */
export function estimateWorkload(
  sample: Sample,
  settings: ScalingSettings,
  state: ControllerState | undefined,
  now: number,
): WorkloadEstimate {
  const times = measuredTimes(sample);
  const measured = times && mean(times);
  const knownSeconds = measured === undefined ? state?.serviceSeconds : Math.max(shortestSeconds, measured);
  const serviceSeconds = knownSeconds ?? settings.expectedServiceSeconds;
  const arrivals = sample.arrivals ? { value: sample.arrivals.perSecond, at: now } : unlessOld(state?.arrivals, now);
  const arrivalsPerSecond = arrivals?.value ?? unlimitedJobs(sample).jobsInFlight / serviceSeconds;
  return {
    arrivalsPerSecond,
    arrivalCounts: sample.arrivals?.counts ?? assumedCounts(arrivalsPerSecond, sample, settings),
    serviceSeconds,
    ...(times ? empiricalSlotUse(sample, times) : exponentialSlotUse(sample, serviceSeconds)),
    lastKnown: { serviceSeconds: knownSeconds, arrivals },
  };
}

function measuredTimes({ workers }: Sample): readonly number[] | undefined {
  return workers && workers.serviceSeconds.length >= fewestTimes ? workers.serviceSeconds : undefined;
}

function unlessOld(known: ControllerState["arrivals"], now: number): ControllerState["arrivals"] {
  return known && now - known.at <= 120_000 ? known : undefined;
}

/**
 * Without arrival counts, assumes a constant rate: `perSecond`, or the rate at which all visible jobs have arrived within half of the
 * wait target, whichever is higher. So no visible job counts as late.
 */
function assumedCounts(perSecond: number, { visibleJobs }: Sample, { waitTargetSeconds }: ScalingSettings): number[] {
  const rate = Math.max(perSecond, visibleJobs / (waitTargetSeconds / 2));
  const length = Math.ceil(arrivalSpanSeconds(waitTargetSeconds) / arrivalBucketSeconds);
  return Array.from({ length }, () => rate * arrivalBucketSeconds);
}

/** Slot use from the measured service times and the ages of running jobs. */
function empiricalSlotUse({ jobsInFlight, workers }: Sample, times: readonly number[]): SlotUse {
  const sorted = Float64Array.from(times).sort();
  const sums = prefixSums(sorted);
  const ages = workers?.agesSeconds ?? [];
  return {
    slotShare(seconds) {
      const shorter = countUpTo(sorted, seconds);
      return ((sums[shorter] ?? 0) + (sorted.length - shorter) * seconds) / sorted.length / seconds;
    },
    stillRunningAfter(seconds) {
      if (ages.length === 0) return jobsInFlight * survival(sorted, 0, seconds);
      let surviving = 0;
      for (const age of ages) surviving += survival(sorted, age, seconds);
      // Scale up to all jobs in flight. The ages of jobs on tasks without a recent report are unknown.
      return (jobsInFlight / ages.length) * surviving;
    },
  };
}

/** The sum of the first n values, for each n from 0. */
function prefixSums(values: Float64Array): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (const [index, value] of values.entries()) sums[index + 1] = (sums[index] ?? 0) + value;
  return sums;
}

/**
 * P(service time > age + seconds | service time > age), estimated from the measured times. For a job older than all of them,
 * assumes a remaining time that is uniform between 0 and its age.
 */
function survival(sorted: Float64Array, age: number, seconds: number): number {
  const older = sorted.length - countUpTo(sorted, age);
  if (older === 0) return 1 - Math.min(1, seconds / Math.max(age, 1));
  return (sorted.length - countUpTo(sorted, age + seconds)) / older;
}

/** With too few measured times, assumes an exponential distribution. The age of a job then does not matter. */
function exponentialSlotUse({ jobsInFlight }: Sample, serviceSeconds: number): SlotUse {
  const ended = (seconds: number) => 1 - Math.exp(-seconds / serviceSeconds);
  return {
    slotShare: (seconds) => (serviceSeconds / seconds) * ended(seconds),
    stillRunningAfter: (seconds) => jobsInFlight * (1 - ended(seconds)),
  };
}

/** The number of values up to the limit, by binary search. */
function countUpTo(sorted: Float64Array, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Lower bound of the measured mean, because the jobs in flight are divided by it. */
const shortestSeconds = 0.001;
/** Fewest measured service times that replace `expectedServiceSeconds`. */
const fewestTimes = 20;
