import type { ScalingPolicy } from "../policy/scaling-policy.ts";
import type { Known, Memory } from "./memory.ts";
import type { Sample } from "./sample.ts";

/** How fast jobs come, and how long one runs: as seen, or the best that is known. */
export interface Flow {
  arrivalsPerSecond: number;
  serviceSeconds: number;
  /** What the next decision may fall back on. */
  known: Pick<Memory, "service" | "arrivals">;
  /** What could not be seen, in words. */
  unseen: readonly string[];
}

export function readFlow(
  sample: Sample,
  policy: ScalingPolicy,
  memory: Memory | undefined,
  nowMilliseconds: number,
): Flow {
  const service = measureService(sample, nowMilliseconds) ?? memory?.service;
  const serviceSeconds = service?.value ?? policy.expectedServiceSeconds;
  const arrivals = measureArrivals(sample, nowMilliseconds) ?? lately(memory?.arrivals, nowMilliseconds);
  return {
    // Little's law: who is at work came in within one service time.
    arrivalsPerSecond: arrivals?.value ?? sample.jobsInFlight / serviceSeconds,
    serviceSeconds,
    known: { service, arrivals },
    unseen: [...(sample.arrivals ? [] : ["arrivals"]), ...(sample.workers ? [] : ["workers"])],
  };
}

function measureService({ workers }: Sample, now: number): Known | undefined {
  const times = workers?.serviceSeconds ?? [];
  if (times.length < fewestJobs) return undefined;
  return { value: times.reduce((sum, time) => sum + time, 0) / times.length, at: now };
}

function measureArrivals({ arrivals }: Sample, now: number): Known | undefined {
  return arrivals && { value: arrivals.perSecond, at: now };
}

function lately(known: Known | undefined, now: number): Known | undefined {
  return known && now - known.at <= 120_000 ? known : undefined;
}

/** Fewer say too little about the mean. */
const fewestJobs = 20;
