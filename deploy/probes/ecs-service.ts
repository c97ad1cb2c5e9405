import { DescribeServicesCommand, type ECSClient } from "@aws-sdk/client-ecs";
import type { DescribeService } from "../watch-rollout.ts";

/** Asks ECS for one service; undefined when there is none. */
export function createDescribeService(client: ECSClient, ids: { cluster: string; service: string }): DescribeService {
  return async () => {
    const { services = [] } = await client.send(
      new DescribeServicesCommand({ cluster: ids.cluster, services: [ids.service] }),
    );
    const [service] = services;
    if (!service) return undefined;
    return {
      status: service.status ?? "UNKNOWN",
      desiredCount: service.desiredCount ?? 0,
      events: (service.events ?? []).map(({ message = "" }) => message),
      deployments: (service.deployments ?? []).map((deployment) => ({
        status: deployment.status ?? "UNKNOWN",
        taskDefinition: deployment.taskDefinition ?? "",
        desiredCount: deployment.desiredCount ?? 0,
        runningCount: deployment.runningCount ?? 0,
        failedTasks: deployment.failedTasks ?? 0,
        rolloutState: deployment.rolloutState ?? "IN_PROGRESS",
        rolloutStateReason: deployment.rolloutStateReason ?? "",
      })),
    };
  };
}
