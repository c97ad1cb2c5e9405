import { DescribeServicesCommand, type ECSClient } from "@aws-sdk/client-ecs";
import { AppError } from "../../runtime/errors.ts";

/** Tasks of an ECS service. Pending tasks wait for capacity or are starting. */
export interface TaskCounts {
  running: number;
  pending: number;
  desired: number;
}

/** Reads the task counts of an ECS service. Fails if the service is missing or not active. */
export function createTaskCounter(options: {
  client: ECSClient;
  clusterName: string;
  serviceName: string;
}): () => Promise<TaskCounts> {
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
