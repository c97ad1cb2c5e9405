import * as z from "zod";
import { jobIdSchema, submitRequestSchema } from "./http.ts";
import { defaultJobType, jobTypes } from "./job.ts";
import { limits } from "./limits.ts";
import { defaultTimeZone } from "./time-zone.ts";

/** Keys, index and shards of the schedules table, which exists only with `schedules: true`. */
export const schedulesTable = {
  /** The encoded owner. */
  hashKey: "owner",
  rangeKey: "scheduleId",
  /** Schedules by their next firing, in shards, so that many firings in one minute spread over partitions. */
  dueIndex: "byNextFiring",
  /** Absent while a schedule is paused. */
  dueIndexHashKey: "dueShard",
  dueIndexRangeKey: "nextAt",
  dueShards: 8,
} as const;

/** For firings that could not happen in time: `skip` forgets them, `runOnce` makes one job for all of them. */
export const missedPolicies = ["skip", "runOnce"] as const;

/** For a firing while the job of the previous one has not ended: `allow` makes its job, `skip` does not. */
export const overlapPolicies = ["allow", "skip"] as const;

/** A schedule's id. With the firing's time it becomes a job id. */
export const scheduleIdSchema = jobIdSchema.max(limits.scheduleIdLength);

/** The id of the job of a firing, such as `schedule-nightly-20270131T0900Z`. Every firing is at a whole minute. */
export function firingJobId(scheduleId: string, at: number): string {
  return `schedule-${scheduleId}-${new Date(at).toISOString().slice(0, 16).replace(/[-:]/g, "")}Z`;
}

/** The job that each firing submits: a body of POST /jobs without the fields that the firing sets, and without uploads. */
export const scheduledJobSchema = submitRequestSchema.omit({
  jobId: true,
  payloadKey: true,
  delaySeconds: true,
  runAt: true,
  fifo: true,
  groupId: true,
});

/** Fields of POST /jobs that a scheduled job does not have. */
export const unscheduledFields = ["jobId", "payloadKey", "delaySeconds", "runAt", "fifo", "groupId"] as const;

const cronText =
  "Minute, hour, day of month, month and day of week, such as 30 2 * * MON-FRI: numbers, names, *, ranges, lists, steps, and L for the last " +
  "day of the month. If both days are restricted, either suffices. A time that daylight saving time skips fires right after the gap, and one " +
  "that it repeats fires once; an expression with * or a step in minute or hour fires at each time that exists.";

const timeZone = z.string().max(64);
const missed = z.enum(missedPolicies);
const overlap = z.enum(overlapPolicies);

/** Body of PUT /schedules/{scheduleId}. The job is validated as that of POST /jobs. */
export const scheduleRequestSchema = z.strictObject({
  cron: z.string().max(limits.cronCharacters).optional().describe(cronText),
  everyMinutes: z
    .int()
    .min(1)
    .max(limits.everyMinutes)
    .optional()
    .describe("Instead of cron: the time between two firings. The first one is this long after the PUT that set it."),
  timeZone: timeZone.optional().describe(`Time zone of cron, such as Europe/Berlin. Default: ${defaultTimeZone}.`),
  job: z.unknown(),
  paused: z.boolean().default(false).describe("A paused schedule does not fire."),
  missed: missed
    .default("skip")
    .describe(
      `What to do with firings that could not happen within ${limits.firingGraceSeconds} seconds of their time: skip, or runOnce: one job for all of them.`,
    ),
  overlap: overlap
    .default("allow")
    .describe("What to do with a firing while the job of the previous one has not ended: allow, or skip the firing."),
});

export type ScheduleRequest = z.infer<typeof scheduleRequestSchema>;

const time = z.iso.datetime();

/** A schedule. Times are ISO 8601 in UTC. `services/api/schedules/view-schedule.ts` fills it. */
export const scheduleViewSchema = z.object({
  scheduleId: scheduleIdSchema,
  cron: z.string().optional(),
  everyMinutes: z.int().optional(),
  timeZone: z.string().optional(),
  job: z.looseObject({ type: z.enum(jobTypes).default(defaultJobType) }).describe("As in the request, with its type."),
  paused: z.boolean(),
  missed,
  overlap,
  createdAt: time,
  changedAt: time.describe("Time of the latest PUT that changed the schedule."),
  nextRuns: z
    .array(time)
    .describe(`The next ${limits.nextRuns} firings whose jobs do not exist yet. Empty while the schedule is paused.`),
  lastRuns: z
    .array(
      z.object({
        at: time.describe("Time of the firing, which may lie ahead by two minutes."),
        jobId: jobIdSchema.optional().describe("The firing's job."),
        skipped: z.enum(["missed", "overlap"]).optional().describe("Why the firing has no job."),
      }),
    )
    .describe(`The latest ${limits.lastRuns} firings, the newest first.`),
});

export type ScheduleView = z.infer<typeof scheduleViewSchema>;

export const scheduleListSchema = z.object({
  schedules: z.array(scheduleViewSchema).describe("In the order of their ids."),
  cursor: z.string().optional().describe("Send it to get the next page; absent on the last page."),
});

export type ScheduleList = z.infer<typeof scheduleListSchema>;

/** Reply of DELETE /schedules/{scheduleId}. */
export const scheduleReplySchema = z.object({ scheduleId: scheduleIdSchema });

/** Query of GET /schedules. */
export const schedulesQuerySchema = z.strictObject({ cursor: z.string().optional() });
