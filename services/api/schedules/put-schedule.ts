import { scheduleIdSchema } from "../../../contract/schedule.ts";
import { AppError } from "../../../runtime/errors.ts";
import type { PayloadSchemas } from "../../jobs/types/schemas.ts";
import { type Definition, define, type Schedule, type ScheduleKey } from "../../schedules/schedule.ts";
import type { ScheduleStore } from "../../schedules/schedule-store.ts";
import type { ApiReply, ApiRequest } from "../http/api-handler.ts";
import { check, Problem } from "../http/problem.ts";
import type { JobLimits } from "../submit/check-job.ts";
import { checkSchedule } from "./check-schedule.ts";
import { viewSchedule } from "./view-schedule.ts";

export interface SchedulesDeps {
  schedules: ScheduleStore;
  /** The stack's limits of what a job may set for itself. */
  most: JobLimits;
  /** Schedules of one owner; undefined for any number. */
  mostSchedules: number | undefined;
  payloadSchemas: PayloadSchemas;
  now(): number;
}

/**
 * PUT /schedules/{scheduleId}: creates a schedule or changes it. Repeating the request changes nothing.
 * @throws Problem 400, or 409 for a new schedule if the owner has as many as it may
 */
export async function putSchedule(request: ApiRequest, deps: SchedulesDeps): Promise<ApiReply> {
  const key = scheduleKeyOf(request);
  const definition = checkSchedule(request.json(), deps);
  const { schedule, isNew } = await write(key, definition, deps);
  return { status: isNew ? 201 : 200, body: viewSchedule(schedule) };
}

/** The key of the schedule that a request names. @throws Problem 400 for an invalid id */
export function scheduleKeyOf(request: ApiRequest): ScheduleKey {
  return { owner: request.owner, scheduleId: check(scheduleIdSchema, request.path.scheduleId, "scheduleId") };
}

/** Applies the definition to the current record, again if another writer, such as a firing, comes first. */
async function write(
  key: ScheduleKey,
  definition: Definition,
  deps: SchedulesDeps,
): Promise<{ schedule: Schedule; isNew: boolean }> {
  const { schedules, now } = deps;
  for (let tries = 0; tries < mostTries; tries++) {
    const before = await schedules.load(key);
    if (before === undefined) await refuseTooMany(key.owner, deps);
    const schedule = define(key, definition, before, now());
    const isWritten =
      schedule === before || (before === undefined ? schedules.create(schedule) : schedules.replace(schedule));
    if (await isWritten) return { schedule, isNew: before === undefined };
  }
  throw new AppError("contention", `Schedule ${key.scheduleId} was changed by others ${mostTries} times in a row.`);
}

const mostTries = 20;

/** Approximate: requests in parallel can exceed the limit. */
async function refuseTooMany(owner: string, { schedules, mostSchedules }: SchedulesDeps): Promise<void> {
  if (mostSchedules === undefined) return;
  const count = await schedules.count(owner);
  if (count < mostSchedules) return;
  const detail = `Expected at most ${mostSchedules} schedules; you have ${count}. Delete one, or change one that exists.`;
  throw new Problem(409, "too-many-schedules", "Too many schedules", detail, {
    limit: { limit: mostSchedules, count },
  });
}
