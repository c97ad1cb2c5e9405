import type { Config } from "./config.ts";

/**
 * Names in the owners table, a DynamoDB table with the counts behind the limits of each owner. No job depends on it: without
 * it, jobs are accepted and run, and no limit of an owner is enforced.
 */
export const ownersTable = {
  /** The encoded owner, or `refusedOwners`. */
  hashKey: "owner",
  rangeKey: "name",
  countAttribute: "count",
  /** Rises with each write of a worker's running count, so that a write that arrives late is refused. */
  sequenceAttribute: "sequence",
  /** Time to live, in seconds since the epoch. */
  expiryAttribute: "expiresAt",
} as const;

/** Values of the range key: the count that an item holds. */
export const countNames = {
  /** Accepted jobs that have not started. */
  waiting: "waiting",
  /** Permits that a worker holds. */
  running: (workerId: string) => `${runningPrefix}${workerId}`,
  /** Long polls that began within a window of the longest wait. */
  polls: (window: number) => `polls/${window}`,
  /** Bytes of uploads promised on a day in UTC, such as 2026-01-31. */
  uploads: (day: string) => `uploads/${day}`,
} as const;

export const runningPrefix = "running/";

/**
 * Hash key of the notes of refused owners; the range key is the encoded owner. The sweeper counts their waiting jobs anew. An
 * encoded owner has no slash, so that no owner has this name.
 */
export const refusedOwners = "/refused";

/** A count of waiting jobs expires this long after its last job: SQS keeps a message for 14 days. */
export const waitingSeconds = 15 * 24 * 3_600;

export interface OwnerLimits {
  waitingJobs?: number;
  runningJobs?: number;
  longPolls?: number;
  uploadMegabytesPerDay?: number;
}

/** The limits of each owner. A limit that is off is absent; with `auth: none` all are, because all callers are one owner. */
export function ownerLimits(
  config: Pick<
    Config,
    | "auth"
    | "maxTasks"
    | "slots"
    | "ownerMaxWaitingJobs"
    | "ownerMaxRunningPercent"
    | "ownerMaxLongPolls"
    | "ownerMaxUploadMegabytesPerDay"
  >,
): OwnerLimits {
  if (config.auth === "none") return {};
  const { ownerMaxWaitingJobs, ownerMaxRunningPercent, ownerMaxLongPolls, ownerMaxUploadMegabytesPerDay } = config;
  const runningJobs = Math.max(1, Math.floor((ownerMaxRunningPercent * config.maxTasks * config.slots) / 100));
  return {
    ...(ownerMaxWaitingJobs > 0 ? { waitingJobs: ownerMaxWaitingJobs } : {}),
    ...(ownerMaxRunningPercent < 100 ? { runningJobs } : {}),
    ...(ownerMaxLongPolls > 0 ? { longPolls: ownerMaxLongPolls } : {}),
    ...(ownerMaxUploadMegabytesPerDay > 0 ? { uploadMegabytesPerDay: ownerMaxUploadMegabytesPerDay } : {}),
  };
}
