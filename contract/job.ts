/** States of a job. An accepted job is `queued`; the last three states are final. */
export const jobStates = ["queued", "running", "succeeded", "failed", "cancelled"] as const;

export type JobState = (typeof jobStates)[number];

const finishedStates: readonly JobState[] = ["succeeded", "failed", "cancelled"];

export function isFinished(state: JobState): boolean {
  return finishedStates.includes(state);
}

/** The owner of all jobs with `auth: none`. No other owner has this name. */
export const anonymous = "anonymous";

/** The job types. Each has a folder in `services/jobs/types`. */
export const jobTypes = ["echo", "word-frequency"] as const;

export type JobType = (typeof jobTypes)[number];

export const defaultJobType: JobType = "echo";

/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
