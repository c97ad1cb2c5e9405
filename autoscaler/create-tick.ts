import { randomUUID } from "node:crypto";
import type { z } from "zod";
import type { controllerEnvironment } from "../contract/environment.ts";
import { createQueueClient, createTableClient } from "../runtime/aws.ts";
import { systemClock } from "../runtime/clock.ts";
import { createLog } from "../runtime/log.ts";
import { createQueueCounter } from "../runtime/queue-counts.ts";
import { createHands, scalableTargetOf } from "./act/hands.ts";
import {
  createContainersClient,
  createGroupsClient,
  createMetricsClient,
  createServiceScalingClient,
} from "./clients.ts";
import { createControllerMemory } from "./memory/controller-memory.ts";
import { createDecisionLog } from "./memory/decision-log.ts";
import { leaseSeconds } from "./memory/lease-seconds.ts";
import { paceOf } from "./pace.ts";
import { policyOf } from "./policy-of.ts";
import { createPublisher } from "./publish/publish-metrics.ts";
import { createFloorReader, createInstanceFloorReader } from "./sample/describe-bounds.ts";
import { createTaskCounter } from "./sample/describe-service.ts";
import { createInstanceLister } from "./sample/list-instances.ts";
import { createArrivalReader, createWorkerReader } from "./sample/read-flow.ts";
import { type TickResult, tick } from "./tick.ts";

/** A tick against AWS, as the environment names its queue, its service and the operator's wishes. */
export function createTick(
  environment: z.infer<typeof controllerEnvironment>,
): (place: { isLast: boolean }) => Promise<TickResult> {
  const service = { clusterName: environment.CLUSTER_NAME, serviceName: environment.SERVICE_NAME };
  const groupName = environment.GROUP_NAME;
  const containers = createContainersClient();
  const groups = createGroupsClient();
  const serviceScaling = createServiceScalingClient();
  const policy = policyOf(environment);
  const pace = paceOf(environment);
  const beatSeconds = policy.tickSeconds / pace;
  const table = { client: createTableClient(), tableName: environment.SCALING_TABLE_NAME };
  const flow = {
    ...table,
    windows: { pace, waitTargetSeconds: policy.waitTargetSeconds },
    silentSeconds: Math.max(silentTicks * beatSeconds, shortestSilenceSeconds),
  };
  const deps = {
    senses: {
      countJobs: createQueueCounter({ client: createQueueClient(), queueUrl: environment.QUEUE_URL }),
      countTasks: createTaskCounter({ client: containers, ...service }),
      readArrivals: createArrivalReader(flow),
      readWorkers: createWorkerReader(flow),
      listInstances: createInstanceLister({ client: containers, clusterName: service.clusterName }),
      readFloor: createFloorReader({ client: serviceScaling, resourceId: scalableTargetOf(service) }),
      readInstanceFloor: createInstanceFloorReader({ client: groups, groupName }),
    },
    memory: createControllerMemory({
      ...table,
      holder: randomUUID(),
      leaseSeconds: leaseSeconds(beatSeconds),
    }),
    handsOn: createHands({ clients: { containers, groups, serviceScaling }, ...service, groupName }),
    publish: createPublisher({ client: createMetricsClient(), ...service }),
    decisions: createDecisionLog(table),
    policy,
    pace,
    mode: { kind: environment.SCALING_MODE, movesInstances: environment.INSTANCE_FLOOR === "on" } as const,
    clock: systemClock,
    log: createLog("controller"),
  };
  return (place) => tick(deps, place);
}

/** Two reports come in each tick; one whose last is older than this is not at work, or cannot say so. */
const silentTicks = 3;
const shortestSilenceSeconds = 3;
