import type { JobList } from "../../../workload/job-list.ts";
import type { Scenario } from "../scenario.ts";

/** A stretch of a list, in seconds from its beginning. */
export interface Stretch {
  fromSeconds: number;
  toSeconds: number;
}

/**
 * The stretch of so many seconds with the most work above the rate of as long a time before it: where an outage of the
 * controller costs most. It starts at a whole minute, after the first five, the latest among equals. Undefined where work never rises.
 */
export function findLargestRise(jobs: JobList, lengthSeconds: number): Stretch | undefined {
  const workUntil = workByMinute(jobs);
  const last = workUntil.length - 1;
  const length = Math.round(lengthSeconds / minuteSeconds);
  const workBetween = (from: number, to: number) => (workUntil[Math.min(to, last)] ?? 0) - (workUntil[from] ?? 0);
  let best = { from: Number.NaN, rise: 0 };
  for (let from = pastMinutes; from <= last; from += 1) {
    const past = Math.min(length, from);
    const rise = workBetween(from, from + length) - (workBetween(from - past, from) * length) / past;
    if (rise > 0 && rise >= best.rise) best = { from, rise };
  }
  if (best.rise === 0) return undefined;
  return { fromSeconds: best.from * minuteSeconds, toSeconds: (best.from + length) * minuteSeconds };
}

const minuteSeconds = 60;
const pastMinutes = 5;

/** Cumulative work at each minute's beginning, to the end of the minute of the last arrival. */
function workByMinute({ arrivalSeconds, serviceSeconds }: JobList): Float64Array {
  const last = arrivalSeconds.at(-1) ?? 0;
  const work = new Float64Array(Math.floor(last / minuteSeconds) + 2);
  for (const [job, arrival] of arrivalSeconds.entries()) {
    const next = Math.floor(arrival / minuteSeconds) + 1;
    work[next] = (work[next] as number) + (serviceSeconds[job] as number);
  }
  for (let minute = 1; minute < work.length; minute += 1) {
    work[minute] = (work[minute] as number) + (work[minute - 1] as number);
  }
  return work;
}

/** The middle of the arrivals: the moment of disturbances in the cloud. */
export function middleMilliseconds({ jobs }: Pick<Scenario, "jobs">): number {
  return Math.round((jobs.arrivalSeconds.at(-1) ?? 0) * 500);
}

/** The 20 minutes after that moment. */
export function afterMiddle(scenario: Pick<Scenario, "jobs">): Stretch {
  const fromSeconds = middleMilliseconds(scenario) / 1_000;
  return { fromSeconds, toSeconds: fromSeconds + 1_200 };
}
