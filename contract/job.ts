/** Where a job can be. A job is accepted as `queued` and ends in exactly one of the last three. */
export const jobStates = ["queued", "running", "succeeded", "failed", "cancelled"] as const;

export type JobState = (typeof jobStates)[number];

const finishedStates: readonly JobState[] = ["succeeded", "failed", "cancelled"];

export function isFinished(state: JobState): boolean {
  return finishedStates.includes(state);
}

/** The job types that exist; each is a folder of `services/jobs/types`. */
export const jobTypes = ["echo", "word-frequency"] as const;

export type JobType = (typeof jobTypes)[number];

export const defaultJobType: JobType = "echo";

/** Anything that JSON can say. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
