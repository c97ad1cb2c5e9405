import type * as z from "zod";
import type { submitEnvironment } from "../../../contract/environment.ts";
import type { JobType } from "../../../contract/job.ts";
import { jobQueues, orderedQueue, queueOf } from "../../../contract/job-queues.ts";
import { systemClock } from "../../../runtime/clock.ts";
import {
  type awsEnvironment,
  connectHastyTable,
  connectQueue,
  connectTable,
} from "../../../runtime/json-client/connect.ts";
import type { Log } from "../../../runtime/log.ts";
import { artifactsOnDemand } from "../../jobs/artifacts-on-demand.ts";
import { createMessageSender } from "../../jobs/job-queue.ts";
import { createMessagesSender } from "../../jobs/message-batches.ts";
import { submitJob } from "../../jobs/submit-job.ts";
import { createTableStore } from "../../jobs/table-store.ts";
import { payloadSchemasOf } from "../../jobs/types/schemas.ts";
import { createOwnerCounts } from "../../owners/owner-counts.ts";
import { createWaitingGate, noWaitingLimit, type OpenPlaces } from "../../owners/waiting-gate.ts";
import { createArrivalCounter, createArrivalWriter } from "./count-arrivals.ts";
import type { RetryJobDeps } from "./retry-job.ts";
import type { SubmitDeps } from "./submit.ts";

type Environment = z.infer<typeof submitEnvironment> & z.infer<typeof awsEnvironment>;

/** Connects submitting and retrying to the stack that the environment names. */
export function createSubmitDeps(
  environment: Environment,
  log: Log,
): { submitting: SubmitDeps; retrying: RetryJobDeps } {
  const artifacts = artifactsOnDemand(environment.ARTIFACTS_BUCKET_NAME);
  const queues = jobQueues(environment);
  const queue = { client: connectQueue(environment, environment.QUEUE_URL), queues, clock: systemClock };
  const jobDeps = {
    store: createTableStore({
      client: connectTable(environment),
      tableName: environment.JOBS_TABLE_NAME,
      retentionDays: environment.RETENTION_DAYS,
      clock: systemClock,
    }),
    artifacts,
    clock: systemClock,
    maxAttempts: environment.MAX_ATTEMPTS,
  };
  const hastyClient = connectHastyTable(environment);
  const countArrivals = arrivalCounter(environment, hastyClient, log);
  /** Jobs of a type with a limit may have to wait however many workers there are: the controller counts only their messages. */
  const countArrival = async (job: { type: JobType }) => {
    if (queueOf(job, queues).concurrency === undefined) await countArrivals(1);
  };
  const submitting: SubmitDeps = {
    async submitJob(job, sendMessage) {
      const { isNew, isDue } = await submitJob({ ...jobDeps, sendMessage }, job);
      // A job that is due later arrives as a visible message then.
      if (isNew && isDue) await countArrival(job);
      return isNew;
    },
    sendMessage: createMessageSender(queue),
    sendMessages: createMessagesSender(queue),
    isKnown: async (key) => (await jobDeps.store.load(key)) !== undefined,
    openPlaces: waitingGate(environment, hastyClient, log),
    openUpload: artifacts.openUpload,
    keepUpload: (owner, objectKey) => artifacts.keepUpload(owner, objectKey, systemClock.now()),
    isOrdered: orderedQueue(queue.queues) !== undefined,
    most: {
      maxAttempts: environment.MAX_ATTEMPTS,
      timeoutSeconds: environment.JOB_TIMEOUT_SECONDS,
      replyNames: Object.keys(environment.REPLY_QUEUES ?? {}),
    },
    now: systemClock.now,
    retentionDays: environment.RETENTION_DAYS,
    payloadSchemas: payloadSchemasOf({ testControls: environment.TEST_CONTROLS === "on" }),
    payloadDocumentBytes: environment.PAYLOAD_DOCUMENT_BYTES,
  };
  const retrying: RetryJobDeps = {
    ...jobDeps,
    sendMessage: submitting.sendMessage,
    now: systemClock.now,
    openPlaces: submitting.openPlaces,
    countArrival,
  };
  return { submitting, retrying };
}

function arrivalCounter(
  { SCALING_TABLE_NAME: tableName }: Environment,
  client: ReturnType<typeof connectHastyTable>,
  log: Log,
): ReturnType<typeof createArrivalCounter> {
  if (tableName === undefined) return async () => {};
  return createArrivalCounter({ add: createArrivalWriter({ client, tableName }), clock: systemClock, log });
}

function waitingGate(
  { OWNERS_TABLE_NAME: tableName, OWNER_MAX_WAITING_JOBS: limit }: Environment,
  client: ReturnType<typeof connectHastyTable>,
  log: Log,
): OpenPlaces {
  if (tableName === undefined || limit === undefined) return noWaitingLimit;
  return createWaitingGate({ counts: createOwnerCounts({ client, tableName }), clock: systemClock, log, limit });
}
