import { AppError } from "../../runtime/errors.ts";

/** Jobs in the order in which they come: when, from the start of the list, and how long each runs. */
export interface JobList {
  arrivalSeconds: Float64Array;
  serviceSeconds: Float64Array;
}

/**
 * Gives the list back when it can be replayed.
 * @throws AppError `job-list` with the first row that is wrong
 */
export function checkJobList(jobs: JobList): JobList {
  const { arrivalSeconds, serviceSeconds } = jobs;
  if (arrivalSeconds.length !== serviceSeconds.length) {
    throw invalid(`as many service times as arrivals; came ${serviceSeconds.length} and ${arrivalSeconds.length}`);
  }
  let previous = 0;
  for (const [index, arrival] of arrivalSeconds.entries()) {
    const service = serviceSeconds[index] ?? Number.NaN;
    if (!(arrival >= previous) || arrival === Number.POSITIVE_INFINITY) {
      throw invalid(`arrivals from 0 on, in order; job ${index + 1} comes at ${arrival} after one at ${previous}`);
    }
    if (!(service >= 0) || service === Number.POSITIVE_INFINITY) {
      throw invalid(`service times from 0 on; that of job ${index + 1} is ${service}`);
    }
    previous = arrival;
  }
  return jobs;
}

/** The work in the list, in slot-seconds. */
export function totalServiceSeconds({ serviceSeconds }: JobList): number {
  return serviceSeconds.reduce((total, seconds) => total + seconds, 0);
}

function invalid(expected: string): AppError {
  return new AppError("job-list", `A job list has ${expected}.`);
}
