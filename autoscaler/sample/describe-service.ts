import { DescribeServicesCommand, type ECSClient } from "@aws-sdk/client-ecs";
import { AppError } from "../../runtime/errors.ts";

/** How many tasks a service has, how many are on their way, and how many it wants. */
export interface ServiceCounts {
  running: number;
  pending: number;
  desired: number;
}

/** Asks ECS for a service's tasks; fails rather than call an unknown number none. */
export function createTaskCounter(options: {
  client: ECSClient;
  clusterName: string;
  serviceName: string;
}): () => Promise<ServiceCounts> {
  const { client, clusterName, serviceName } = options;
  return async () => {
    const answer = await client.send(new DescribeServicesCommand({ cluster: clusterName, services: [serviceName] }));
    const service = answer.services?.[0];
    const { runningCount: running, pendingCount: pending, desiredCount: desired } = service ?? {};
    if (running === undefined || pending === undefined || desired === undefined || service?.status !== "ACTIVE") {
      const found = answer.failures?.[0]?.reason ?? service?.status ?? "nothing";
      throw new AppError("no-service", `expected an active service ${serviceName} in ${clusterName}; came ${found}`);
    }
    return { running, pending, desired };
  };
}
