import type { ScalingPolicy } from "../policy/scaling-policy.ts";
import type { Memory } from "./memory.ts";
import { arrivalBucketSeconds, arrivalSpanSeconds, type Sample } from "./sample.ts";

/** How jobs come and how long they run: as seen, or as the best that is known has it. */
export interface Flow {
  arrivalsPerSecond: number;
  /** In each ten seconds, the newest last. */
  arrivalCounts: readonly number[];
  serviceSeconds: number;
  /** The share of `seconds` for which a job that starts within them holds its slot, on average. */
  shareWithin(seconds: number): number;
  /** How many of the jobs in flight will still run in so many seconds. */
  stillRunningAfter(seconds: number): number;
  /** What the next decision may fall back on. */
  known: Pick<Memory, "serviceSeconds" | "arrivals">;
}

export function readFlow(sample: Sample, policy: ScalingPolicy, memory: Memory | undefined, now: number): Flow {
  const times = enoughTimes(sample);
  const measuredSeconds = times ? Math.max(shortestSeconds, mean(times)) : memory?.serviceSeconds;
  const serviceSeconds = measuredSeconds ?? policy.expectedServiceSeconds;
  const arrivals = sample.arrivals ? { value: sample.arrivals.perSecond, at: now } : lately(memory?.arrivals, now);
  // Little's law: who is at work came in within one service time.
  const arrivalsPerSecond = arrivals?.value ?? sample.jobsInFlight / serviceSeconds;
  return {
    arrivalsPerSecond,
    arrivalCounts: sample.arrivals?.counts ?? evenCounts(arrivalsPerSecond, sample, policy),
    serviceSeconds,
    ...(times ? measured(sample, times) : memoryless(sample, serviceSeconds)),
    known: { serviceSeconds: measuredSeconds, arrivals },
  };
}

type Outlook = Pick<Flow, "shareWithin" | "stillRunningAfter">;

/** From the last service times, and from how long each job has run already. */
function measured({ jobsInFlight, workers }: Sample, times: readonly number[]): Outlook {
  const sorted = Float64Array.from(times).sort();
  const sums = runningSums(sorted);
  const ages = workers?.agesSeconds ?? [];
  return {
    shareWithin(seconds) {
      const shorter = countUpTo(sorted, seconds);
      return ((sums[shorter] ?? 0) + (sorted.length - shorter) * seconds) / sorted.length / seconds;
    },
    stillRunningAfter(seconds) {
      if (ages.length === 0) return jobsInFlight * chanceToStay(sorted, 0, seconds);
      let staying = 0;
      for (const age of ages) staying += chanceToStay(sorted, age, seconds);
      // Some tasks may be silent: those that speak stand for all.
      return (jobsInFlight / ages.length) * staying;
    },
  };
}

/** The sum of the first so many, for each count. */
function runningSums(values: Float64Array): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (const [index, value] of values.entries()) sums[index + 1] = (sums[index] ?? 0) + value;
  return sums;
}

/** How many of the jobs that ran longer than `age` ran `seconds` more. One older than all of them may last as long again. */
function chanceToStay(sorted: Float64Array, age: number, seconds: number): number {
  const older = sorted.length - countUpTo(sorted, age);
  if (older === 0) return 1 - Math.min(1, seconds / Math.max(age, 1));
  return (sorted.length - countUpTo(sorted, age + seconds)) / older;
}

/** While too little is measured: exponential times, as they know no age. */
function memoryless({ jobsInFlight }: Sample, serviceSeconds: number): Outlook {
  const ended = (seconds: number) => 1 - Math.exp(-seconds / serviceSeconds);
  return {
    shareWithin: (seconds) => (serviceSeconds / seconds) * ended(seconds),
    stillRunningAfter: (seconds) => jobsInFlight * (1 - ended(seconds)),
  };
}

function enoughTimes({ workers }: Sample): readonly number[] | undefined {
  return workers && workers.serviceSeconds.length >= fewestTimes ? workers.serviceSeconds : undefined;
}

/** As if all had come at one rate, and those that wait within half of their target: neither lost nor due. */
function evenCounts(perSecond: number, { visibleJobs }: Sample, { waitTargetSeconds }: ScalingPolicy): number[] {
  const rate = Math.max(perSecond, visibleJobs / (waitTargetSeconds / 2));
  const length = Math.ceil(arrivalSpanSeconds(waitTargetSeconds) / arrivalBucketSeconds);
  return Array.from({ length }, () => rate * arrivalBucketSeconds);
}

function lately(known: Memory["arrivals"], now: number): Memory["arrivals"] {
  return known && now - known.at <= 120_000 ? known : undefined;
}

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

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** No job takes no time: rates are divided by it. */
const shortestSeconds = 0.001;
/** Fewer say too little. */
const fewestTimes = 20;
