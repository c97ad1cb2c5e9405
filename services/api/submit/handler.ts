import { submitEnvironment } from "../../../contract/environment.ts";
import { createHastyTableClient, createQueueClient, createTableClient } from "../../../runtime/aws.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { readEnvironment } from "../../../runtime/environment.ts";
import { createLog } from "../../../runtime/log.ts";
import { createMessageSender } from "../../jobs/job-queue.ts";
import { createMessagesSender } from "../../jobs/message-batches.ts";
import { submitJob } from "../../jobs/submit-job.ts";
import { createTableStore } from "../../jobs/table-store.ts";
import { payloadSchemasOf } from "../../jobs/types/schemas.ts";
import { createOwnerCounts } from "../../owners/owner-counts.ts";
import { createWaitingGate, noWaitingLimit, type OpenPlaces } from "../../owners/waiting-gate.ts";
import { apiHandler, byRoute } from "../http/api-handler.ts";
import { artifactsOnDemand } from "../http/artifacts-on-demand.ts";
import { traceFinder } from "../http/find-trace.ts";
import { createArrivalCounter, createArrivalWriter } from "./count-arrivals.ts";
import { type RetryJobDeps, retryJob } from "./retry-job.ts";
import { type SubmitDeps, submit } from "./submit.ts";
import { submitBatch } from "./submit-batch.ts";

const environment = readEnvironment(submitEnvironment, process.env);
const artifacts = artifactsOnDemand(environment.ARTIFACTS_BUCKET_NAME);
const queue = { client: createQueueClient(), queueUrl: environment.QUEUE_URL, clock: systemClock };
const jobDeps = {
  store: createTableStore({
    client: createTableClient(),
    tableName: environment.JOBS_TABLE_NAME,
    retentionDays: environment.RETENTION_DAYS,
    clock: systemClock,
  }),
  artifacts,
  clock: systemClock,
  maxAttempts: environment.MAX_ATTEMPTS,
};
const log = createLog("api");
const hastyClient = createHastyTableClient();
const countArrivals = createArrivalCounter({
  add: createArrivalWriter({ client: hastyClient, tableName: environment.SCALING_TABLE_NAME }),
  clock: systemClock,
  log,
});
const deps: SubmitDeps = {
  async submitJob(job, sendMessage) {
    const { isNew, isDue } = await submitJob({ ...jobDeps, sendMessage }, job);
    // A job that is due later arrives as a visible message then.
    if (isNew && isDue) await countArrivals(1);
    return isNew;
  },
  sendMessage: createMessageSender(queue),
  sendMessages: createMessagesSender(queue),
  isKnown: async (key) => (await jobDeps.store.load(key)) !== undefined,
  openPlaces: waitingGate(),
  openUpload: artifacts.openUpload,
  keepUpload: (owner, objectKey) => artifacts.keepUpload(owner, objectKey, systemClock.now()),
  most: { maxAttempts: environment.MAX_ATTEMPTS, timeoutSeconds: environment.JOB_TIMEOUT_SECONDS },
  now: systemClock.now,
  retentionDays: environment.RETENTION_DAYS,
  payloadSchemas: payloadSchemasOf({ testControls: environment.TEST_CONTROLS === "on" }),
  payloadDocumentBytes: environment.PAYLOAD_DOCUMENT_BYTES,
};

const retrying: RetryJobDeps = {
  ...jobDeps,
  sendMessage: deps.sendMessage,
  now: systemClock.now,
  openPlaces: deps.openPlaces,
  countArrival: () => countArrivals(1),
};

export const handler = apiHandler(
  log,
  byRoute<"submit">({
    "POST /jobs": (request) => submit(request, deps),
    "POST /jobs/batch": (request) => submitBatch(request, deps),
    "POST /jobs/{jobId}/retry": (request) => retryJob(request, retrying),
  }),
  traceFinder(environment.TRACING, process.env),
);

function waitingGate(): OpenPlaces {
  const { OWNERS_TABLE_NAME: tableName, OWNER_MAX_WAITING_JOBS: limit } = environment;
  if (tableName === undefined || limit === undefined) return noWaitingLimit;
  return createWaitingGate({
    counts: createOwnerCounts({ client: hastyClient, tableName }),
    clock: systemClock,
    log,
    limit,
  });
}
