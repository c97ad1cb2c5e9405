import { createHash } from "node:crypto";
import * as z from "zod";
import { jobTypes } from "../../contract/job.ts";
import { missedPolicies, overlapPolicies, scheduledJobSchema, schedulesTable } from "../../contract/schedule.ts";
import { AppError } from "../../runtime/errors.ts";
import { encodeOwner } from "../jobs/job-key.ts";
import type { Schedule } from "./schedule.ts";

/** Converts a schedule to an item of the schedules table. */
export function toItem(schedule: Schedule): Record<string, unknown> {
  return {
    ...schedule,
    schemaVersion,
    [schedulesTable.hashKey]: encodeOwner(schedule.owner),
    ...(schedule.nextAt === undefined ? {} : { [schedulesTable.dueIndexHashKey]: dueShard(shardOf(schedule)) }),
  };
}

/** Converts an item of the schedules table to a schedule. @throws AppError `unreadable-schedule` */
export function fromItem(item: Record<string, unknown>): Schedule {
  const parsed = itemSchema.safeParse(item);
  if (parsed.success) return { ...parsed.data, owner: decodeURIComponent(parsed.data.owner) };
  throw new AppError("unreadable-schedule", `Expected a schedule's record: ${z.prettifyError(parsed.error)}`, {
    details: { owner: item[schedulesTable.hashKey], scheduleId: item[schedulesTable.rangeKey] },
  });
}

/** Hash key of the index of due schedules. */
export function dueShard(shard: number): string {
  return `due#${shard}`;
}

function shardOf({ owner, scheduleId }: Pick<Schedule, "owner" | "scheduleId">): number {
  const digest = createHash("sha256")
    .update(`${encodeOwner(owner)}/${scheduleId}`)
    .digest();
  return digest.readUInt16BE() % schedulesTable.dueShards;
}

const schemaVersion = 1;

const itemSchema = z
  .object({
    schemaVersion: z.literal(schemaVersion),
    owner: z.string(),
    scheduleId: z.string(),
    rhythm: z.union([
      z.object({ cron: z.string(), timeZone: z.string() }),
      z.object({ everyMinutes: z.number(), since: z.number() }),
    ]),
    job: z.object({
      type: z.enum(jobTypes),
      payload: z.string(),
      // The fields that a request may set are the ones that its schema has, so that none gets lost here.
      options: scheduledJobSchema.omit({ type: true, payload: true }),
    }),
    isPaused: z.boolean(),
    missed: z.enum(missedPolicies),
    overlap: z.enum(overlapPolicies),
    createdAt: z.number(),
    changedAt: z.number(),
    nextAt: z.number().optional(),
    runs: z.array(
      z.union([
        z.object({ at: z.number(), jobId: z.string() }),
        z.object({ at: z.number(), skipped: z.enum(["missed", "overlap"]) }),
      ]),
    ),
    version: z.number(),
  })
  .transform(({ schemaVersion: _, ...schedule }) => schedule);
