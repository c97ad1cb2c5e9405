import { sweeperEnvironment } from "../../contract/environment.ts";
import { jobQueues } from "../../contract/job-queues.ts";
import { jobsTable } from "../../contract/jobs-table.ts";
import { createHastyTableClient, createQueueClient, createTableClient } from "../../runtime/aws.ts";
import { systemClock } from "../../runtime/clock.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { awsEnvironment } from "../../runtime/json-client/connect.ts";
import { createLog } from "../../runtime/log.ts";
import { addQueueCounts, createQueueCounter } from "../../runtime/queue-counts.ts";
import { publishLeftEvents } from "../events/publish-left-events.ts";
import { connectEvents, withEvents } from "../events/with-events.ts";
import { countByOwner } from "../jobs/count-by-owner.ts";
import { createMessageSender } from "../jobs/job-queue.ts";
import { createTableStore } from "../jobs/table-store.ts";
import { createOwnerCounts } from "../owners/owner-counts.ts";
import { createWaitingGate, noWaitingLimit, type OpenPlaces } from "../owners/waiting-gate.ts";
import { dispatchDue } from "./dispatch-due.ts";
import { recountWaiting } from "./recount-waiting.ts";
import { type SweepDeps, sweepJobs } from "./sweep-jobs.ts";

const environment = readEnvironment(sweeperEnvironment.extend(awsEnvironment.shape), process.env);
const client = createQueueClient();
const queues = jobQueues(environment);
const jobs = { client: createTableClient(), tableName: environment.JOBS_TABLE_NAME };
const store = createTableStore({ ...jobs, retentionDays: environment.RETENTION_DAYS, clock: systemClock });
const log = createLog("sweeper");
const openPlaces = waitingGate();
const deps: SweepDeps = {
  store: await withEvents(store, environment, log),
  countMessages: addQueueCounts(queues.map(({ url }) => createQueueCounter({ client, queueUrl: url }))),
  countJobs: (state) => countByOwner(jobs, state),
  comparison: { notBefore: 0 },
  sendMessage: createMessageSender({ client, queues, clock: systemClock }),
  clock: systemClock,
  log,
  random: Math.random,
};

/** Runs one sweep. The schedule's event carries no input. */
export const handler = async () => {
  const limits = {
    sweepAfterMilliseconds: environment.SWEEP_AFTER_SECONDS * 1000,
    graceMilliseconds: environment.VISIBILITY_SECONDS * 1000,
    budgetMilliseconds,
  };
  // Together, so that a failure of one does not prevent the other.
  const [swept, ...others] = await Promise.allSettled([
    sweepJobs(deps, limits),
    recountOwners(),
    dispatchDue(deps, systemClock.now() + budgetMilliseconds),
    publishLeft(limits.sweepAfterMilliseconds),
    fireSchedules(systemClock.now() + budgetMilliseconds),
  ]);
  if (swept.status === "rejected") throw swept.reason;
  for (const other of others) if (other.status === "rejected") throw other.reason;
  return swept.value;
};

/** Below the function's timeout, with time for its start and the calls that are under way. */
const budgetMilliseconds = 45_000;

async function publishLeft(ageMilliseconds: number): Promise<void> {
  const events = await connectEvents(environment, log);
  if (events) await publishLeftEvents({ ...events, store, clock: systemClock }, ageMilliseconds);
}

/** Loads the code of schedules only where the stack has them. */
async function fireSchedules(until: number): Promise<void> {
  const { SCHEDULES_TABLE_NAME: tableName, MAX_ATTEMPTS: maxAttempts } = environment;
  if (tableName === undefined || maxAttempts === undefined) return;
  const [{ fireDue }, { createScheduleStore }] = await Promise.all([
    import("../schedules/fire-due.ts"),
    import("../schedules/schedule-store.ts"),
  ]);
  const schedules = createScheduleStore({ client: jobs.client, tableName });
  const { store, sendMessage, clock } = deps;
  await fireDue({ schedules, jobs: store, sendMessage, openPlaces, maxAttempts, clock, log }, until);
}

function waitingGate(): OpenPlaces {
  const { OWNERS_TABLE_NAME: tableName, OWNER_MAX_WAITING_JOBS: limit } = environment;
  if (tableName === undefined || limit === undefined) return noWaitingLimit;
  const counts = createOwnerCounts({ client: createHastyTableClient(), tableName });
  return createWaitingGate({ counts, clock: systemClock, log, limit });
}

async function recountOwners(): Promise<void> {
  const { OWNERS_TABLE_NAME: tableName } = environment;
  if (tableName === undefined) return;
  const counts = createOwnerCounts({ client: createHastyTableClient(), tableName });
  const countQueued = () => countByOwner(jobs, "queued", jobsTable.later);
  await recountWaiting({ counts, countQueued, clock: systemClock, log: deps.log });
}
