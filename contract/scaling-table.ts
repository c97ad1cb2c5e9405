import { z } from "zod";

/**
 * Names inside the scaling table, where API and workers leave what the controller looks at, and the controller what it
 * remembers. It holds nothing that cannot be lost: no job depends on it.
 */
export const scalingTable = {
  hashKey: "kind",
  rangeKey: "name",
  /** Epoch seconds. */
  expiryAttribute: "expiresAt",
} as const;

/** Values of the hash key; each role may use its own alone. */
export const scalingKinds = {
  /** Jobs accepted, an item for each second in which some were. */
  arrivals: "arrivals",
  /** What each worker task says of itself. */
  workers: "workers",
  /** The controller's lease and memory: one item. */
  controller: "controller",
  /** What the controller decided, an item a tick. */
  decisions: "decisions",
} as const;

/** The item of the second that a moment belongs to; names sort as times do. */
export function arrivalSecond(milliseconds: number): string {
  return new Date(Math.floor(milliseconds / 1_000) * 1_000).toISOString();
}

/**
 * A worker's report has the ten minutes it was written in before its name, so that the controller reads those of late and not
 * all that DynamoDB has not deleted yet, which may take it days.
 */
export function reportName(milliseconds: number, workerId: string): string {
  return `${reportsSince(milliseconds)}/${workerId}`;
}

/** Before the names of all reports from that moment's ten minutes on. */
export function reportsSince(milliseconds: number): string {
  const length = 600_000;
  return new Date(Math.floor(milliseconds / length) * length).toISOString();
}

/** What is of no use any more goes after an hour. */
export const flowRetentionSeconds = 3_600;

const count = z.int().nonnegative();

/** A worker task's report. Times are milliseconds since the epoch. */
export const workerReportSchema = z.object({
  at: z.number(),
  slots: count,
  /** When each job that runs was begun. */
  begunAt: z.array(z.number()),
  /** The latest jobs that ended: when, and how many milliseconds each ran. The newest last. */
  ended: z.array(z.tuple([z.number(), z.number()])),
});

export type WorkerReport = z.infer<typeof workerReportSchema>;

/** Ended jobs in a report: a task's share of what the controller looks at, within one kilobyte, by which a write is paid. */
export const endedJobs = 40;
