import { AwsError } from "../../aws-error.ts";
import type { EcsCluster } from "../cluster.ts";
import type { Service } from "../service.ts";
import { ecsArn, taskDefinitionArn } from "../task.ts";
import { findService, missing, seconds } from "./find-cluster.ts";

export function describeServices(cluster: EcsCluster, input: { services: string[] }): object {
  const found = input.services.map((name) => ({ name, service: findService(cluster, name) }));
  return {
    services: found.flatMap(({ service }) => (service ? [describe(cluster, service)] : [])),
    failures: missing(found.flatMap(({ name, service }) => (service ? [] : [serviceArn(cluster, name)]))),
  };
}

/** UpdateService, for the desired count and for a new deployment of the same task definition. */
export function updateService(
  cluster: EcsCluster,
  input: { service: string; desiredCount?: number | undefined; forceNewDeployment?: boolean | undefined },
): object {
  const service = findService(cluster, input.service);
  if (!service) throw new AwsError("ServiceNotFoundException", "Service not found.");
  if (input.desiredCount !== undefined && input.desiredCount !== service.desiredCount) {
    cluster.tell(
      `${service.name}: ${service.desiredCount} → ${input.desiredCount} tasks; UpdateService set the desired count`,
    );
    service.setDesiredCount(input.desiredCount);
  }
  if (input.forceNewDeployment) service.deploy();
  return { service: describe(cluster, service) };
}

function describe(cluster: EcsCluster, service: Service): object {
  const { name, desiredCount, runningCount, pendingCount, createdAt } = service;
  const taskDefinition = taskDefinitionArn(cluster.place, service.taskDefinition);
  const counts = { desiredCount, runningCount, pendingCount };
  return {
    serviceArn: serviceArn(cluster, name),
    serviceName: name,
    clusterArn: ecsArn(cluster.place, `cluster/${cluster.place.name}`),
    status: "ACTIVE",
    ...counts,
    taskDefinition,
    deployments: [
      {
        id: `ecs-svc/${name}`,
        status: "PRIMARY",
        taskDefinition,
        ...counts,
        failedTasks: service.deployment.failures,
        createdAt: seconds(createdAt),
        rolloutState: rolloutStates[service.deployment.state],
      },
    ],
    events: service.lastEvents.map(({ id, at, message }) => ({ id, createdAt: seconds(at), message })).toReversed(),
    createdAt: seconds(createdAt),
    schedulingStrategy: "REPLICA",
    ...(service.isOnFargate
      ? { launchType: "FARGATE" }
      : { capacityProviderStrategy: [{ capacityProvider: cluster.capacityProviderName, weight: 1, base: 0 }] }),
  };
}

const rolloutStates: Record<Service["deployment"]["state"], string> = {
  "in-progress": "IN_PROGRESS",
  completed: "COMPLETED",
  "rolling-back": "FAILED",
  "rolled-back": "FAILED",
};

function serviceArn({ place }: EcsCluster, nameOrArn: string): string {
  return nameOrArn.startsWith("arn:") ? nameOrArn : ecsArn(place, `service/${place.name}/${nameOrArn}`);
}
