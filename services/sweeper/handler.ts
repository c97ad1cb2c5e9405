import { sweeperEnvironment } from "../../contract/environment.ts";
import { createQueueClient, createTableClient } from "../../runtime/aws.ts";
import { systemClock } from "../../runtime/clock.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { createLog } from "../../runtime/log.ts";
import { createQueueCounter } from "../../runtime/queue-counts.ts";
import { createMessageSender } from "../jobs/job-queue.ts";
import { createTableStore } from "../jobs/table-store.ts";
import { type SweepDeps, sweepJobs } from "./sweep-jobs.ts";

const environment = readEnvironment(sweeperEnvironment, process.env);
const queue = { client: createQueueClient(), queueUrl: environment.QUEUE_URL, clock: systemClock };
const deps: SweepDeps = {
  store: createTableStore({
    client: createTableClient(),
    tableName: environment.JOBS_TABLE_NAME,
    retentionDays: environment.RETENTION_DAYS,
    clock: systemClock,
  }),
  countMessages: createQueueCounter(queue),
  sendMessage: createMessageSender(queue),
  clock: systemClock,
  log: createLog("sweeper"),
  random: Math.random,
};

/** Runs one sweep. The schedule's event carries no input. */
export const handler = () =>
  sweepJobs(deps, {
    sweepAfterMilliseconds: environment.SWEEP_AFTER_SECONDS * 1000,
    graceMilliseconds: environment.VISIBILITY_SECONDS * 1000,
  });
