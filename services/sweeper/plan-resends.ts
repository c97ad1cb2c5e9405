import type { OwnerJobs } from "../jobs/count-by-owner.ts";
import type { JobKey } from "../jobs/job.ts";

export interface Resends {
  /** Queued jobs, the oldest first, that get a new message. */
  lost: number;
  /** Jobs that get a message although the counts do not show a loss. */
  probes: JobKey[];
}

/**
 * Plans new messages for queued jobs while the queue has messages. Each queued or running job has a message: visible, delayed or
 * in flight. As many as there are fewer messages than jobs are lost. Second messages and those of cancelled jobs can hide a
 * loss. So the oldest job of each owner also gets a message when it has been silent for twice as long: the jobs before a lost
 * one start, until it is the oldest.
 */
export function planResends(
  {
    queued,
    running,
    messages,
    now,
  }: {
    queued: ReadonlyMap<string, OwnerJobs>;
    running: ReadonlyMap<string, OwnerJobs>;
    messages: number;
    now: number;
  },
  sweepAfterMilliseconds: number,
): Resends {
  const jobs = [...queued.values(), ...running.values()].reduce((sum, { count }) => sum + count, 0);
  const probes = [...queued.values()]
    .map(({ oldest }) => oldest)
    .filter(({ since }) => since <= now - 2 * sweepAfterMilliseconds)
    .sort((one, other) => one.since - other.since)
    .slice(0, mostProbes)
    .map(({ key }) => key);
  return { lost: Math.max(0, jobs - messages), probes };
}

/** Bounds the second messages of one sweep, however many owners have a backlog. */
const mostProbes = 20;
