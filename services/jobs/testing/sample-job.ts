import type { Job } from "../job.ts";

/** A newly accepted job, with a test's changes. */
export function sampleJob(changes: Partial<Job> = {}): Job {
  return {
    schemaVersion: 1,
    owner: "alice",
    jobId: "job-1",
    type: "echo",
    payload: { json: '{"text":"hello"}' },
    requestHash: "hash-of-the-request",
    state: "queued",
    stateSince: 1_000,
    createdAt: 1_000,
    attempts: 0,
    maxAttempts: 3,
    fence: 0,
    version: 1,
    ...changes,
  };
}

/** A job in its first attempt, with a lease until `until`. */
export function runningJob(until: number, changes: Partial<Job> = {}): Job {
  const lease = { token: "token-1", until };
  return sampleJob({ state: "running", attempts: 1, fence: 1, version: 2, startedAt: 1_000, lease, ...changes });
}
