import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import * as z from "zod";
import { workerEnvironment } from "../../contract/environment.ts";
import { type JobQueueAddress, jobQueues } from "../../contract/job-queues.ts";
import { limits } from "../../contract/limits.ts";
import { memoryBudget } from "../../contract/memory-budget.ts";
import { systemClock } from "../../runtime/clock.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { awsEnvironment, connectHastyTable, connectQueue, connectTable } from "../../runtime/json-client/connect.ts";
import { createLog } from "../../runtime/log.ts";
import { noTracer, type Tracer } from "../../runtime/tracing/tracer.ts";
import { withEvents } from "../events/with-events.ts";
import { artifactsOnDemand } from "../jobs/artifacts-on-demand.ts";
import { createJobQueue, createMessageSender } from "../jobs/job-queue.ts";
import { createPermitTable } from "../jobs/permit-table.ts";
import type { MessageSource } from "../jobs/ports.ts";
import { createTableRecords } from "../jobs/table-store.ts";
import { createOwnerCounts } from "../owners/owner-counts.ts";
import { createRunningPermits, noRunningLimit } from "../owners/running-permits.ts";
import { createWaitingExits, noWaitingExits } from "../owners/waiting-exits.ts";
import { createAgentProtection } from "./agent-protection.ts";
import { capSource } from "./cap-source.ts";
import { createFlowMeter } from "./flow-meter.ts";
import { touchLivenessFile } from "./liveness.ts";
import { createReportWriter, reportFlow } from "./report-flow.ts";
import { openRunFolders } from "./run-folders.ts";
import { createRunnerPool } from "./runner-pool.ts";
import { testControlsArgument } from "./runner-protocol.ts";
import { startWorker } from "./start-worker.ts";
import { noProtection, TaskProtection } from "./task-protection.ts";
import { createTypePermits, type TypePermits } from "./type-permits.ts";

/** ECS sets ECS_AGENT_URI in its tasks. */
const environment = readEnvironment(
  workerEnvironment.extend({ ECS_AGENT_URI: z.url().optional(), ...awsEnvironment.shape }),
  process.env,
);
const agentUri = environment.ECS_AGENT_URI;
const clock = systemClock;
const log = createLog("worker");

const workerId = randomUUID();
const hastyClient = connectHastyTable(environment);
const memory = memoryBudget({
  taskMemoryMegabytes: environment.TASK_MEMORY_MEGABYTES,
  slots: environment.SLOTS,
});
const artifacts = artifactsOnDemand(environment.ARTIFACTS_BUCKET_NAME);
const folders = await openRunFolders({ temporaryFolder: tmpdir(), pid: process.pid, log });
const flow = createFlowMeter({ clock, slots: environment.SLOTS });

const queueOptions = {
  client: connectQueue(environment, environment.QUEUE_URL),
  deadLetterQueueUrl: environment.DEAD_LETTER_QUEUE_URL,
  maxReceiveCount: limits.maxReceiveCount,
  clock,
};
const queues = jobQueues(environment);
const queue = createJobQueue({ ...queueOptions, queueUrl: environment.QUEUE_URL });
const jobsTable = {
  client: connectTable(environment),
  tableName: environment.JOBS_TABLE_NAME,
};
const leaseMilliseconds = environment.VISIBILITY_SECONDS * 1000;
const typePermits = new Map(queues.flatMap((address) => limitType(address)));

const worker = startWorker({
  store: await withEvents(
    createTableRecords({ ...jobsTable, retentionDays: environment.RETENTION_DAYS, clock }),
    environment,
    log,
  ),
  queues,
  queue,
  sources: queues.map(openSource),
  sendMessage: createMessageSender({ ...queueOptions, queues }),
  typePermits,
  artifacts,
  folders,
  runners: createRunnerPool({
    entry: runnerEntry(),
    arguments: environment.TEST_CONTROLS === "on" ? [testControlsArgument] : [],
    memory,
    environment: process.env,
    fetchUpload: artifacts.fetchUpload,
    slots: environment.SLOTS,
    freshRunner: environment.FRESH_RUNNER,
    clock,
    log,
  }),
  resultBytes: memory.resultBytes,
  protection:
    agentUri === undefined
      ? noProtection
      : new TaskProtection({ setProtected: createAgentProtection(agentUri, clock), clock, log }),
  tracer: environment.TRACING === "on" ? await createTracer() : noTracer,
  flow,
  ...ownerLimits(),
  clock,
  log,
  random: Math.random,
  createToken: randomUUID,
  slots: environment.SLOTS,
  leaseMilliseconds,
  jobTimeoutMilliseconds: environment.JOB_TIMEOUT_SECONDS * 1000,
  stopTimeoutMilliseconds: environment.STOP_TIMEOUT_SECONDS * 1000,
  deleteWindowMilliseconds: 20,
});

const endReports = startReports();
touchLivenessFile(environment.LIVENESS_FILE, clock);

await new Promise<void>((resolve) => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => resolve());
});
await worker.drain();
await folders.close();
await endReports();
process.exit(0);

/** Reports the slots' use to the controller, if there is one. */
function startReports(): () => Promise<void> {
  const { SCALING_TABLE_NAME: tableName } = environment;
  if (tableName === undefined) return async () => {};
  return reportFlow({
    report: flow.report,
    write: createReportWriter({ client: hastyClient, tableName, workerId }),
    clock,
    log,
    everyMilliseconds: environment.REPORT_SECONDS * 1000,
  });
}

/** The permits of a queue's job type, if that has a limit. */
function limitType({ url, type, concurrency: limit }: JobQueueAddress): [string, TypePermits][] {
  if (type === undefined || limit === undefined) return [];
  const table = createPermitTable(jobsTable);
  const deps = { table, clock, log, random: Math.random, workerId, type, limit, leaseMilliseconds };
  return [[url, createTypePermits(deps)]];
}

function openSource({ url }: JobQueueAddress): MessageSource {
  const source = createJobQueue({ ...queueOptions, queueUrl: url });
  const permits = typePermits.get(url);
  return permits === undefined ? source : capSource(source, permits);
}

function ownerLimits() {
  const {
    OWNERS_TABLE_NAME: tableName,
    OWNER_MAX_RUNNING_JOBS: limit,
    OWNER_MAX_WAITING_JOBS: waitingLimit,
  } = environment;
  if (tableName === undefined) return { permits: noRunningLimit, waiting: noWaitingExits };
  const counts = createOwnerCounts({ client: hastyClient, tableName });
  const permits = { counts, clock, log, random: Math.random, workerId };
  return {
    permits:
      limit === undefined ? noRunningLimit : createRunningPermits({ ...permits, limit, slots: environment.SLOTS }),
    waiting: waitingLimit === undefined ? noWaitingExits : createWaitingExits({ counts, clock, log }),
  };
}

/** Loaded only when tracing is on, which saves start time and memory. */
async function createTracer(): Promise<Tracer> {
  const { createTracesClient, createXrayTracer } = await import("../../runtime/tracing/xray-tracer.ts");
  return createXrayTracer({ client: createTracesClient(), name: "sluice-worker", clock, log });
}

/** The runner's bundle beside this bundle, or its source beside this source. */
function runnerEntry(): URL {
  return new URL(import.meta.url.endsWith(".ts") ? "./runner.ts" : "./runner.mjs", import.meta.url);
}
