import { schedulesEnvironment } from "../../../contract/environment.ts";
import { createTableClient } from "../../../runtime/aws.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { readEnvironment } from "../../../runtime/environment.ts";
import { createLog } from "../../../runtime/log.ts";
import { payloadSchemasOf } from "../../jobs/types/schemas.ts";
import { createScheduleStore } from "../../schedules/schedule-store.ts";
import { apiHandler, byRoute } from "../http/api-handler.ts";
import { traceFinder } from "../http/find-trace.ts";
import { putSchedule, type SchedulesDeps } from "./put-schedule.ts";
import { deleteSchedule, getSchedule, listSchedules } from "./read-schedules.ts";

const environment = readEnvironment(schedulesEnvironment, process.env);
const deps: SchedulesDeps = {
  schedules: createScheduleStore({ client: createTableClient(), tableName: environment.SCHEDULES_TABLE_NAME }),
  most: {
    maxAttempts: environment.MAX_ATTEMPTS,
    timeoutSeconds: environment.JOB_TIMEOUT_SECONDS,
    replyNames: Object.keys(environment.REPLY_QUEUES ?? {}),
  },
  mostSchedules: environment.OWNER_MAX_SCHEDULES,
  payloadSchemas: payloadSchemasOf({ testControls: environment.TEST_CONTROLS === "on" }),
  now: systemClock.now,
};

export const handler = apiHandler(
  createLog("api"),
  byRoute<"schedules">({
    "GET /schedules": (request) => listSchedules(request, deps),
    "GET /schedules/{scheduleId}": (request) => getSchedule(request, deps),
    "PUT /schedules/{scheduleId}": (request) => putSchedule(request, deps),
    "DELETE /schedules/{scheduleId}": (request) => deleteSchedule(request, deps),
  }),
  traceFinder(environment.TRACING, process.env),
);
