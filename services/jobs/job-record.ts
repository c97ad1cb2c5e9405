import { createHash } from "node:crypto";
import * as z from "zod";
import { isFinished, type JobState, jobStates, jobTypes } from "../../contract/job.ts";
import { jobsTable } from "../../contract/jobs-table.ts";
import { AppError } from "../../runtime/errors.ts";
import type { Job } from "./job.ts";
import { encodeOwner, formatJobKey } from "./job-key.ts";

/**
 * Converts a job to an item of the jobs table, with the attributes of the indexes and the expiry. `writeId` identifies
 * this write. The item is written whole: older code drops attributes it does not know, so that one which it must keep
 * needs a new `schemaVersion`.
 */
export function toRecord(job: Job, writeId: string, retentionDays: number): Record<string, unknown> {
  const record = {
    ...job,
    [jobsTable.hashKey]: formatJobKey(job),
    [jobsTable.stateIndexHashKey]: stateShardOf(indexedState(job), job.jobId),
    [jobsTable.ownerIndexHashKey]: ownerShard(job.owner, shardOf(job.jobId) % jobsTable.ownerShards),
    [jobsTable.ownerIndexRangeKey]: createdPosition(job),
    [jobsTable.expiryAttribute]: expiresAt(job, retentionDays),
    writeId,
  };
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

/**
 * Converts an item of the jobs table to a job.
 * @throws AppError `newer-record` when a newer version wrote it, `unreadable-record` when it is malformed.
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

/** When DynamoDB may delete a finished job's record, in epoch seconds; undefined for an unfinished job. */
export function expiresAt(job: Job, retentionDays: number): number | undefined {
  if (job.finishedAt === undefined) return undefined;
  return Math.ceil(job.finishedAt / 1000) + retentionDays * 24 * 3600;
}

/** A job's state as the state index has it. */
export type IndexedState = JobState | typeof jobsTable.later | typeof jobsTable.unpublished;

export function indexedState({ state, unsent, startEvent, endEvents }: Job): IndexedState {
  if (isFinished(state) && (startEvent ?? endEvents) !== undefined) return jobsTable.unpublished;
  return state === "queued" && unsent ? jobsTable.later : state;
}

/** Hash key of the state index: one of the shards of a state. */
export function stateShard(state: IndexedState, shard: number): string {
  return `${state}#${shard}`;
}

/** Hash key of a job in the state index. */
export function stateShardOf(state: IndexedState, jobId: string): string {
  return stateShard(state, shardOf(jobId));
}

/** Hash key of the owner index: one of the shards of an owner. An encoded owner has no "#". */
export function ownerShard(owner: string, shard: number): string {
  return `${encodeOwner(owner)}#${shard}`;
}

/**
 * Range key of the owner index: a job's fixed, unique position among its owner's jobs. As text, later jobs are greater.
 */
export function createdPosition({ createdAt, jobId }: Pick<Job, "createdAt" | "jobId">): string {
  return `${String(Math.floor(createdAt)).padStart(15, "0")}#${jobId}`;
}

/** The `schemaVersion` that this code writes; it reads no newer one. */
export const knownVersion = 1;

/** Client values are stored as JSON text, because DynamoDB's own types end at 32 levels and 38 digits. */
const storedSchema = z.union([z.object({ json: z.string() }), z.object({ objectKey: z.string() })]);

const errorSchema = z.object({ code: z.string(), message: z.string() });

const recordSchema = z.object({
  schemaVersion: z.literal(knownVersion),
  owner: z.string(),
  jobId: z.string(),
  type: z.enum(jobTypes),
  payload: storedSchema,
  requestHash: z.string(),
  state: z.enum(jobStates),
  stateSince: z.number(),
  unsent: z.literal(true).optional(),
  createdAt: z.number(),
  attempts: z.number(),
  maxAttempts: z.number(),
  timeoutSeconds: z.number().optional(),
  retryDelaySeconds: z.number().optional(),
  groupId: z.string().optional(),
  position: z
    .object({
      number: z.number(),
      earlier: z.array(z.string()),
      settledAt: z.number(),
      hasStarted: z.literal(true).optional(),
    })
    .optional(),
  // Older code writes the record without it; then the count begins again.
  interruptions: z.number().optional(),
  fence: z.number(),
  lease: z.object({ token: z.string(), until: z.number() }).optional(),
  startedAt: z.number().optional(),
  finishedAt: z.number().optional(),
  progress: z.number().optional(),
  log: z.array(z.object({ at: z.number(), text: z.string() })).optional(),
  result: storedSchema.optional(),
  error: errorSchema.optional(),
  cancelRequestedAt: z.number().optional(),
  earlierRuns: z
    .array(
      z.object({
        state: z.enum(["failed", "cancelled"]),
        attempts: z.number(),
        finishedAt: z.number(),
        error: errorSchema.optional(),
      }),
    )
    .optional(),
  replyTo: z.string().optional(),
  correlationId: z.string().optional(),
  // Older code writes the record without it; then only the rest of the job is missing from its trace.
  traceparent: z.string().optional(),
  callerTraceId: z.string().optional(),
  startEvent: z.string().optional(),
  endEvents: z.array(z.string()).optional(),
  version: z.number(),
});

function shardOf(jobId: string): number {
  return createHash("sha256").update(jobId).digest().readUInt16BE() % jobsTable.stateShards;
}

function newerRecord(record: Record<string, unknown>, expectation: string): AppError {
  return new AppError("newer-record", `A newer version wrote this job; expected ${expectation}.`, {
    details: { jobKey: record[jobsTable.hashKey] },
  });
}
