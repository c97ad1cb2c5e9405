import { createHash } from "node:crypto";
import { z } from "zod";
import { type JobState, jobStates, jobTypes } from "../../contract/job.ts";
import { jobsTable } from "../../contract/jobs-table.ts";
import { AppError } from "../../runtime/errors.ts";
import type { Job, Stored } from "./job.ts";
import { encodeOwner, formatJobKey } from "./job-key.ts";

/**
 * The job as an item of the jobs table, with what the index and the expiry need. `writeId` tells one write from another.
 * An item is always written whole, so that an attribute which older code must keep asks for a new `schemaVersion`.
 */
export function toRecord(job: Job, writeId: string, retentionDays: number): Record<string, unknown> {
  const record = {
    ...job,
    payload: toText(job.payload),
    result: job.result && toText(job.result),
    [jobsTable.hashKey]: formatJobKey(job),
    [jobsTable.stateIndexHashKey]: stateShard(job.state, shardOf(job.jobId)),
    [jobsTable.ownerIndexHashKey]: ownerShard(job.owner, shardOf(job.jobId) % jobsTable.ownerShards),
    [jobsTable.ownerIndexRangeKey]: createdPosition(job),
    [jobsTable.expiryAttribute]: expiresAt(job, retentionDays),
    writeId,
  };
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

/**
 * The job that an item of the table holds.
 * @throws AppError `newer-record` when newer code wrote it, `unreadable-record` when no code of ours can have.
 */
export function fromRecord(record: Record<string, unknown>): Job {
  const { schemaVersion, type } = record;
  if (typeof schemaVersion === "number" && schemaVersion > knownVersion) {
    throw newerRecord(record, `schema version up to ${knownVersion}; came ${schemaVersion}`);
  }
  if (typeof type === "string" && !jobTypes.some((known) => known === type)) {
    throw newerRecord(record, `one of the types ${jobTypes.join(", ")}; came ${type}`);
  }
  const parsed = recordSchema.safeParse(record);
  if (parsed.success) return parsed.data;
  throw new AppError("unreadable-record", `Expected a job's record: ${z.prettifyError(parsed.error)}`, {
    details: { jobKey: record[jobsTable.hashKey] },
  });
}

/** When a finished job's record may go, in epoch seconds; a job that is not finished stays. */
export function expiresAt(job: Job, retentionDays: number): number | undefined {
  if (job.finishedAt === undefined) return undefined;
  return Math.ceil(job.finishedAt / 1000) + retentionDays * 24 * 3600;
}

/** The index's hash key for one state's part of the jobs. */
export function stateShard(state: JobState, shard: number): string {
  return `${state}#${shard}`;
}

/** The index's hash key for one part of an owner's jobs. An encoded owner holds no "#". */
export function ownerShard(owner: string, shard: number): string {
  return `${encodeOwner(owner)}#${shard}`;
}

/** Where a job stands among its owner's jobs, for good: as text, the later the greater, and no two are the same. */
export function createdPosition({ createdAt, jobId }: Pick<Job, "createdAt" | "jobId">): string {
  return `${String(Math.floor(createdAt)).padStart(15, "0")}#${jobId}`;
}

const knownVersion = 1;

/** DynamoDB's own maps end at 32 levels and 38 digits, so that values of clients stand in the record as JSON text. */
const storedSchema = z.union([
  z.object({ json: z.string() }).transform(({ json }): Stored => ({ inline: JSON.parse(json) })),
  z.object({ objectKey: z.string() }),
]);

const recordSchema = z.object({
  schemaVersion: z.literal(knownVersion),
  owner: z.string(),
  jobId: z.string(),
  type: z.enum(jobTypes),
  payload: storedSchema,
  requestHash: z.string(),
  state: z.enum(jobStates),
  stateSince: z.number(),
  createdAt: z.number(),
  attempts: z.number(),
  maxAttempts: z.number(),
  fence: z.number(),
  lease: z.object({ token: z.string(), until: z.number() }).optional(),
  startedAt: z.number().optional(),
  finishedAt: z.number().optional(),
  progress: z.number().optional(),
  log: z.array(z.object({ at: z.number(), text: z.string() })).optional(),
  result: storedSchema.optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  cancelRequestedAt: z.number().optional(),
  // Older code writes the record without it: then the rest of the job is missing in its trace, and nothing else.
  traceparent: z.string().optional(),
  version: z.number(),
});

function toText(stored: Stored): { json: string } | { objectKey: string } {
  return "inline" in stored ? { json: JSON.stringify(stored.inline) } : stored;
}

function shardOf(jobId: string): number {
  return createHash("sha256").update(jobId).digest().readUInt16BE() % jobsTable.stateShards;
}

function newerRecord(record: Record<string, unknown>, expectation: string): AppError {
  return new AppError("newer-record", `A newer version wrote this job; expected ${expectation}.`, {
    details: { jobKey: record[jobsTable.hashKey] },
  });
}
