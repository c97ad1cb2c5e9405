import type { z } from "zod";
import type { controllerEnvironment } from "../contract/environment.ts";
import { createQueueClient } from "../runtime/aws.ts";
import { systemClock } from "../runtime/clock.ts";
import { createLog } from "../runtime/log.ts";
import { createQueueCounter } from "../runtime/queue-counts.ts";
import { createContainersClient, createMetricsClient } from "./clients.ts";
import { createPublisher } from "./publish/publish-metrics.ts";
import { createTaskCounter } from "./sample/describe-service.ts";
import { type TickResult, tick } from "./tick.ts";

/** A tick against AWS, as the environment names its queue and service. */
export function createTick(environment: z.infer<typeof controllerEnvironment>): () => Promise<TickResult> {
  const service = { clusterName: environment.CLUSTER_NAME, serviceName: environment.SERVICE_NAME };
  const deps = {
    senses: {
      countJobs: createQueueCounter({ client: createQueueClient(), queueUrl: environment.QUEUE_URL }),
      countTasks: createTaskCounter({ client: createContainersClient(), ...service }),
    },
    publish: createPublisher({ client: createMetricsClient(), ...service }),
    clock: systemClock,
    log: createLog("controller"),
  };
  return () => tick(deps);
}
