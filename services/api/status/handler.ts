import { statusEnvironment } from "../../../contract/environment.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { readEnvironment } from "../../../runtime/environment.ts";
import { awsEnvironment, connectHastyTable, connectTable } from "../../../runtime/json-client/connect.ts";
import { createLog } from "../../../runtime/log.ts";
import { artifactsOnDemand } from "../../jobs/artifacts-on-demand.ts";
import { createTableStore } from "../../jobs/table-store.ts";
import { type BeginWait, createLongPollLimit, noLongPollLimit } from "../../owners/long-polls.ts";
import { createOwnerCounts } from "../../owners/owner-counts.ts";
import { apiHandler, byRoute } from "../http/api-handler.ts";
import { traceFinder } from "../http/find-trace.ts";
import { list } from "./list.ts";
import { result } from "./result.ts";
import { status } from "./status.ts";

const environment = readEnvironment(statusEnvironment.extend(awsEnvironment.shape), process.env);
const artifacts = artifactsOnDemand(environment.ARTIFACTS_BUCKET_NAME);
const log = createLog("api");
const deps = {
  store: createTableStore({
    client: connectTable(environment),
    tableName: environment.JOBS_TABLE_NAME,
    retentionDays: environment.RETENTION_DAYS,
    clock: systemClock,
  }),
  presignResult: artifacts.presignResult,
  clock: systemClock,
  beginWait: longPollLimit(),
};

export const handler = apiHandler(
  log,
  byRoute<"status">({
    "GET /jobs": (request) => list(request, deps),
    "GET /jobs/{jobId}": (request) => status(request, deps),
    "GET /jobs/{jobId}/result": (request) => result(request, deps),
  }),
  traceFinder(environment.TRACING, process.env),
);

function longPollLimit(): BeginWait {
  const { OWNERS_TABLE_NAME: tableName, OWNER_MAX_LONG_POLLS: limit } = environment;
  if (tableName === undefined || limit === undefined) return noLongPollLimit;
  const counts = createOwnerCounts({ client: connectHastyTable(environment), tableName });
  return createLongPollLimit({ counts, clock: systemClock, log, limit });
}
