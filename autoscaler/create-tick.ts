import { randomUUID } from "node:crypto";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { z } from "zod";
import type { controllerEnvironment } from "../contract/environment.ts";
import { type JobQueues, jobQueues } from "../contract/job-queues.ts";
import { systemClock } from "../runtime/clock.ts";
import { createLog } from "../runtime/log.ts";
import { createQueueCounter, sumQueueCounts } from "../runtime/queue-counts.ts";
import { createScalingClient, scalableTargetOf } from "./act/scaling-client.ts";
import {
  createContainersClient,
  createGroupsClient,
  createMetricsClient,
  createServiceScalingClient,
} from "./clients.ts";
import type { JobCounts } from "./collect/collect-sample.ts";
import { createTaskCounter } from "./collect/describe-service.ts";
import { createInstanceLister, noInstances } from "./collect/list-instances.ts";
import { createCapacityLimitsReader, createMinSizeReader } from "./collect/read-limits.ts";
import { createArrivalReader, createWorkerReader } from "./collect/read-scaling-table.ts";
import { createPublisher } from "./publish/publish-metrics.ts";
import { readSettings } from "./read-settings.ts";
import { speedOf } from "./speed.ts";
import { createDecisionLog } from "./state/decision-log.ts";
import { createStateStore, leaseSeconds } from "./state/state-store.ts";
import { type Tick, type TickDeps, tick } from "./tick.ts";

type Environment = z.infer<typeof controllerEnvironment>;

export interface DataClients {
  table: Pick<DynamoDBDocumentClient, "send">;
  queue: Pick<SQSClient, "send">;
}

/** A tick with real AWS clients, for the queue, the service and the settings that the environment names. */
export function createTick(environment: Environment, clients: DataClients): Tick {
  const service = { clusterName: environment.CLUSTER_NAME, serviceName: environment.SERVICE_NAME };
  const groupName = environment.GROUP_NAME;
  const containers = createContainersClient();
  const groups = createGroupsClient();
  const serviceScaling = createServiceScalingClient();
  const settings = readSettings(environment);
  const speed = speedOf(environment);
  const realTickSeconds = settings.tickSeconds / speed;
  const table = { client: clients.table, tableName: environment.SCALING_TABLE_NAME };
  const readerOptions = {
    ...table,
    windows: { speed, waitTargetSeconds: settings.waitTargetSeconds },
    silentSeconds: silentSeconds(realTickSeconds),
  };
  const deps = {
    collectors: {
      countJobs: () => countJobs(jobQueues(environment), clients.queue),
      countTasks: createTaskCounter({ client: containers, ...service }),
      readArrivals: createArrivalReader(readerOptions),
      readWorkers: createWorkerReader(readerOptions),
      readCapacityLimits: createCapacityLimitsReader({ client: serviceScaling, resourceId: scalableTargetOf(service) }),
      ...(groupName === undefined
        ? noInstances
        : {
            listInstances: createInstanceLister({ client: containers, clusterName: service.clusterName }),
            readMinSize: createMinSizeReader({ client: groups, groupName }),
          }),
    },
    stateStore: createStateStore({ ...table, holder: randomUUID(), leaseSeconds: leaseSeconds(realTickSeconds) }),
    scalingClient: createScalingClient({ clients: { containers, groups, serviceScaling }, ...service, groupName }),
    publish: createPublisher({ client: createMetricsClient(), ...service }),
    decisionLog: createDecisionLog(table),
    settings,
    limitsAt: createLimits(environment),
    speed,
    mode: { kind: environment.SCALING_MODE, scalesInstances: environment.INSTANCE_FLOOR === "on" } as const,
    clock: systemClock,
    log: createLog("controller"),
  };
  return (options) => tick(deps, options);
}

/** The limits by time; the code for time zones and cron is loaded only where there are schedules. */
function createLimits({ TASK_SCHEDULES: schedules, MIN_TASKS, MAX_TASKS }: Environment): TickDeps["limitsAt"] {
  const own = { minTasks: MIN_TASKS, maxTasks: MAX_TASKS };
  if (schedules === undefined) return async () => own;
  return async (now) => (await import("../contract/task-limits.ts")).taskLimitsAt(schedules, own, now);
}

/** Workers report twice per tick. One without a report for three ticks, or 3 s if that is longer, counts as silent. */
function silentSeconds(realTickSeconds: number): number {
  return Math.max(3 * realTickSeconds, 3);
}

/** Counts the messages of all queues. Fails if one cannot be read. */
async function countJobs(queues: JobQueues, client: Pick<SQSClient, "send">): Promise<JobCounts> {
  const counts = await Promise.all(queues.map(({ url }) => createQueueCounter({ client, queueUrl: url })()));
  const limited = queues.flatMap(({ concurrency: limit }, index) => {
    const { visible: visibleJobs = 0, inFlight: jobsInFlight = 0 } = counts[index] ?? {};
    return limit === undefined ? [] : [{ visibleJobs, jobsInFlight, limit }];
  });
  return { ...sumQueueCounts(counts), ...(limited.length > 0 && { limited }) };
}
