import type { JobList } from "../../../workload/job-list.ts";
import { createRandom } from "../../../workload/random.ts";

/** Jobs that come in waves and end after a while, with exponential service times. */
export function randomJobs(options: {
  seed: number;
  peakPerSecond: number;
  meanServiceSeconds: number;
  minutes: number;
}): JobList {
  const { seed, peakPerSecond, meanServiceSeconds, minutes } = options;
  const random = createRandom(seed + 1);
  const exponential = (mean: number) => -mean * Math.log(1 - random());
  const arrivals: number[] = [];
  const waveSeconds = 60 + random() * 900;
  for (let at = exponential(1 / peakPerSecond); at < minutes * 60; at += exponential(1 / peakPerSecond)) {
    if (random() < 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / waveSeconds)) arrivals.push(at);
  }
  return {
    arrivalSeconds: Float64Array.from(arrivals),
    serviceSeconds: Float64Array.from(arrivals, () => exponential(meanServiceSeconds)),
  };
}

/** Jobs of a Poisson stream with exponential service times: the M/M/c queue. */
export function poissonJobs(options: {
  seed: number;
  count: number;
  perSecond: number;
  meanServiceSeconds: number;
}): JobList {
  const random = createRandom(options.seed);
  const exponential = (mean: number) => -mean * Math.log(1 - random());
  let at = 0;
  const arrivalSeconds = new Float64Array(options.count).map(() => {
    at += exponential(1 / options.perSecond);
    return at;
  });
  return { arrivalSeconds, serviceSeconds: arrivalSeconds.map(() => exponential(options.meanServiceSeconds)) };
}
