import { queryFunctionEnvironment } from "../../../contract/environment.ts";
import { createTableClient } from "../../../runtime/aws.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { readEnvironment } from "../../../runtime/environment.ts";
import { createLog } from "../../../runtime/log.ts";
import { artifactsOnDemand } from "../../jobs/artifacts-on-demand.ts";
import { createTableStore } from "../../jobs/table-store.ts";
import { findJobs } from "./find-jobs.ts";

const environment = readEnvironment(queryFunctionEnvironment, process.env);

export const handler = findJobs({
  store: createTableStore({
    client: createTableClient(),
    tableName: environment.JOBS_TABLE_NAME,
    retentionDays: environment.RETENTION_DAYS,
    clock: systemClock,
  }),
  presignResult: artifactsOnDemand(environment.ARTIFACTS_BUCKET_NAME).presignResult,
  clock: systemClock,
  log: createLog("query-function"),
});
