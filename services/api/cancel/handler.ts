import { cancelEnvironment } from "../../../contract/environment.ts";
import { createTableClient } from "../../../runtime/aws.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { readEnvironment } from "../../../runtime/environment.ts";
import { createLog } from "../../../runtime/log.ts";
import { createTableStore } from "../../jobs/table-store.ts";
import { apiHandler, byRoute } from "../http/api-handler.ts";
import { traceFinder } from "../http/find-trace.ts";
import { cancel } from "./cancel.ts";

const environment = readEnvironment(cancelEnvironment, process.env);
const deps = {
  store: createTableStore({
    client: createTableClient(),
    tableName: environment.JOBS_TABLE_NAME,
    retentionDays: environment.RETENTION_DAYS,
    clock: systemClock,
  }),
  clock: systemClock,
};

export const handler = apiHandler(
  createLog("api"),
  byRoute<"cancel">({ "DELETE /jobs/{jobId}": (request) => cancel(request, deps) }),
  traceFinder(environment.TRACING, process.env),
);
