import { z } from "zod";
import { jsonText, noEffect, type ResourceHandler, resource } from "./resource.ts";
import { runService } from "./run-service.ts";

const noContainers = "a task is a process with the rights of whoever started the laptop cloud";
const noInstances = "tasks are processes of this machine; instances are not modelled yet";

const container = z.strictObject({
  name: z.string(),
  image: z.string(),
  command: z.array(z.string()).min(1),
  essential: z.literal(true),
  stopTimeout: z.number().default(30),
  environment: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  user: noEffect(noContainers),
  readonlyRootFilesystem: noEffect(noContainers),
  linuxParameters: noEffect(noContainers),
  logConfiguration: noEffect("output goes to files of the run folder"),
});

export const ecs: Record<string, ResourceHandler> = {
  "aws:ecs/cluster:Cluster": resource(
    z.strictObject({ settings: noEffect("there is no Container Insights here") }),
    ({ physicalName, cloud }) => ({
      id: physicalName,
      outputs: { arn: `${cloud.ecsArn("cluster")}/${physicalName}`, name: physicalName },
    }),
  ),
  "aws:ecs/capacityProvider:CapacityProvider": resource(
    z.strictObject({ autoScalingGroupProvider: noEffect(noInstances) }),
    ({ physicalName, cloud }) => ({
      id: physicalName,
      outputs: { arn: `${cloud.ecsArn("capacity-provider")}/${physicalName}`, name: physicalName },
    }),
  ),
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": resource(
    z.strictObject({ clusterName: z.string(), capacityProviders: noEffect(noInstances) }),
    ({ inputs }) => ({ id: inputs.clusterName, outputs: {} }),
  ),
  "aws:ecs/taskDefinition:TaskDefinition": resource(
    z.strictObject({
      family: z.string(),
      requiresCompatibilities: noEffect(noContainers),
      networkMode: noEffect("all processes share this machine's network"),
      cpu: noEffect(noContainers),
      memory: noEffect(noContainers),
      runtimePlatform: noEffect("this machine's own CPU runs it"),
      taskRoleArn: z.string(),
      executionRoleArn: noEffect("nothing is pulled and no log service is called"),
      containerDefinitions: jsonText(z.tuple([container])),
      skipDestroy: noEffect("task definitions go with the cloud"),
    }),
    ({ inputs, cloud }) => {
      const [only] = inputs.containerDefinitions;
      const directory = cloud.images.get(only.image);
      if (!directory) {
        throw new Error(
          `image ${only.image} was not built by this program; the laptop cloud pulls none: leave imageUri empty`,
        );
      }
      const arn = `${cloud.ecsArn("task-definition")}/${inputs.family}:1`;
      cloud.taskDefinitions.set(arn, {
        family: inputs.family,
        revision: 1,
        command: only.command,
        directory,
        variables: Object.fromEntries(only.environment.map(({ name, value }) => [name, value])),
        stopTimeoutSeconds: only.stopTimeout,
        roleArn: inputs.taskRoleArn,
      });
      return { id: inputs.family, outputs: { arn, family: inputs.family, revision: 1 } };
    },
  ),
  "aws:ecs/service:Service": resource(
    z.strictObject({
      cluster: z.string(),
      taskDefinition: z.string(),
      desiredCount: z.number(),
      capacityProviderStrategies: noEffect(noInstances),
      orderedPlacementStrategies: noEffect(noInstances),
      availabilityZoneRebalancing: noEffect(noInstances),
      deploymentCircuitBreaker: noEffect("there is one deployment, and a service that does not start is an error"),
      forceDelete: noEffect("the service goes with the cloud"),
    }),
    ({ inputs, physicalName, cloud }) => {
      runService(cloud, physicalName, inputs);
      const arn = `${cloud.ecsArn("service")}/${inputs.cluster.split("/").at(-1)}/${physicalName}`;
      return { id: arn, outputs: { arn, name: physicalName } };
    },
  ),
};
