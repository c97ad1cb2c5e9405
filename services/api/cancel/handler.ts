import { cancelEnvironment } from "../../../contract/environment.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { readEnvironment } from "../../../runtime/environment.ts";
import { awsEnvironment, connectHastyTable, connectTable } from "../../../runtime/json-client/connect.ts";
import { createLog } from "../../../runtime/log.ts";
import { withEvents } from "../../events/with-events.ts";
import { createTableStore } from "../../jobs/table-store.ts";
import { createOwnerCounts } from "../../owners/owner-counts.ts";
import { createWaitingExits, noWaitingExits, type WaitingExits } from "../../owners/waiting-exits.ts";
import { apiHandler, byRoute } from "../http/api-handler.ts";
import { traceFinder } from "../http/find-trace.ts";
import { cancel } from "./cancel.ts";

const environment = readEnvironment(cancelEnvironment.extend(awsEnvironment.shape), process.env);
const log = createLog("api");
const exits = waitingExits();
const deps = {
  store: await withEvents(
    createTableStore({
      client: connectTable(environment),
      tableName: environment.JOBS_TABLE_NAME,
      retentionDays: environment.RETENTION_DAYS,
      clock: systemClock,
    }),
    environment,
    log,
  ),
  clock: systemClock,
  async leaveWaiting(owner: string) {
    exits.started(owner);
    await exits.close();
  },
};

export const handler = apiHandler(
  log,
  byRoute<"cancel">({ "DELETE /jobs/{jobId}": (request) => cancel(request, deps) }),
  traceFinder(environment.TRACING, process.env),
);

function waitingExits(): WaitingExits {
  const { OWNERS_TABLE_NAME: tableName } = environment;
  if (tableName === undefined) return noWaitingExits;
  const counts = createOwnerCounts({ client: connectHastyTable(environment), tableName });
  return createWaitingExits({ counts, clock: systemClock, log });
}
