import { limits } from "../../../contract/limits.ts";
import { type ScheduleList, schedulesQuerySchema } from "../../../contract/schedule.ts";
import type { ScheduleStore } from "../../schedules/schedule-store.ts";
import type { ApiReply, ApiRequest } from "../http/api-handler.ts";
import { describe } from "../http/field-errors.ts";
import { check, invalidRequest, Problem } from "../http/problem.ts";
import { readCursor, writeCursor } from "../status/cursor.ts";
import { scheduleKeyOf } from "./put-schedule.ts";
import { viewSchedule } from "./view-schedule.ts";

interface ReadDeps {
  schedules: ScheduleStore;
}

/** GET /schedules: a page of the caller's schedules, in the order of their ids. */
export async function listSchedules(request: ApiRequest, { schedules }: ReadDeps): Promise<ApiReply> {
  const { cursor } = check(schedulesQuerySchema, request.query);
  const scope = { owner: request.owner, state: "schedules", type: undefined };
  const after = cursor === undefined ? undefined : readCursor(cursor, scope);
  if (cursor !== undefined && after === undefined) {
    const expected = "a cursor from an answer to the same caller";
    throw invalidRequest([{ field: "cursor", expected, came: describe(cursor) }]);
  }
  const { schedules: found, next } = await schedules.list(request.owner, after, limits.listSchedules);
  const body: ScheduleList = {
    schedules: found.map(viewSchedule),
    ...(next === undefined ? {} : { cursor: writeCursor(next, scope) }),
  };
  return { status: 200, body };
}

/** GET /schedules/{scheduleId}. @throws Problem 404 */
export async function getSchedule(request: ApiRequest, { schedules }: ReadDeps): Promise<ApiReply> {
  const key = scheduleKeyOf(request);
  const schedule = await schedules.load(key);
  if (schedule === undefined) throw noSchedule(key.scheduleId);
  return { status: 200, body: viewSchedule(schedule) };
}

/** DELETE /schedules/{scheduleId}: the schedule fires no more. Jobs that it has made stay. @throws Problem 404 */
export async function deleteSchedule(request: ApiRequest, { schedules }: ReadDeps): Promise<ApiReply> {
  const key = scheduleKeyOf(request);
  if (!(await schedules.remove(key))) throw noSchedule(key.scheduleId);
  return { status: 200, body: { scheduleId: key.scheduleId } };
}

function noSchedule(scheduleId: string): Problem {
  return new Problem(404, "no-such-schedule", "No such schedule", `You have no schedule with the id ${scheduleId}.`);
}
