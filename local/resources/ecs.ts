import * as z from "zod";
import type { Placement } from "../../simulator/model/capacity/place-tasks.ts";
import { capacityProvider, capacityProviderSchema } from "./capacity-provider.ts";
import { jsonText, noEffect, noEffects, type ResourceHandler, resource } from "./resource.ts";
import { runService } from "./run-service.ts";

const noContainers = "a task is a process with the rights of the user who started the laptop cloud";

/** The strategies that are emulated; ECS has others. */
const placement = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("spread"), field: z.literal("attribute:ecs.availability-zone") }),
  z.strictObject({ type: z.literal("binpack"), field: z.enum(["cpu", "memory"]) }),
]);

/** ECS's default strategy. */
const spreadOverZones: z.infer<typeof placement>[] = [{ type: "spread", field: "attribute:ecs.availability-zone" }];

const wholeNumber = z.string().regex(/^\d+$/, "expected a whole number").transform(Number);

const container = z.strictObject({
  name: z.string(),
  image: z.string(),
  command: z.array(z.string()).min(1),
  essential: z.literal(true),
  stopTimeout: z.number().default(30),
  environment: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  portMappings: z.tuple([z.strictObject({ containerPort: z.number(), protocol: z.literal("tcp") })]).optional(),
  mountPoints: noEffect("all processes share this machine's files"),
  healthCheck: noEffect("the lease of a job ends when its worker hangs"),
  ...noEffects(noContainers, "user", "privileged", "dockerSecurityOptions", "ulimits", "readonlyRootFilesystem"),
  ...noEffects(noContainers, "linuxParameters"),
  logConfiguration: noEffect("output goes to files of the run folder"),
});

export const ecs: Record<string, ResourceHandler> = {
  "aws:ecs/cluster:Cluster": resource(
    z.strictObject({
      settings: z
        .array(
          z.strictObject({
            name: z.literal("containerInsights"),
            value: z.enum(["enabled", "enhanced", "disabled"]),
          }),
        )
        .default([]),
      configuration: noEffect("there are no shells in tasks here"),
    }),
    ({ inputs, physicalName, cloud }) => {
      cloud.ecs.createCluster(
        physicalName,
        inputs.settings.some(({ value }) => value !== "disabled"),
      );
      return { id: physicalName, outputs: { arn: `${cloud.ecsArn("cluster")}/${physicalName}`, name: physicalName } };
    },
  ),
  "aws:ecs/capacityProvider:CapacityProvider": resource(capacityProviderSchema, ({ inputs, physicalName, cloud }) => {
    cloud.capacityProviders.set(physicalName, capacityProvider(physicalName, inputs, cloud.autoScalingGroups));
    return {
      id: physicalName,
      outputs: { arn: `${cloud.ecsArn("capacity-provider")}/${physicalName}`, name: physicalName },
    };
  }),
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": resource(
    z.strictObject({ clusterName: z.string(), capacityProviders: z.array(z.string()) }),
    ({ inputs, cloud }) => {
      for (const name of inputs.capacityProviders) {
        const definition = cloud.capacityProviders.get(name);
        if (!definition) throw new Error(`expected the name of a capacity provider; came "${name}"`);
        cloud.ecs.cluster(inputs.clusterName).attachCapacity(definition);
      }
      return { id: inputs.clusterName, outputs: {} };
    },
  ),
  "aws:ecs/taskDefinition:TaskDefinition": resource(
    z.strictObject({
      family: z.string(),
      requiresCompatibilities: noEffect(noContainers),
      networkMode: z.enum(["bridge", "awsvpc"]),
      cpu: wholeNumber,
      memory: wholeNumber,
      runtimePlatform: noEffect("this machine's own CPU runs it"),
      taskRoleArn: z.string(),
      executionRoleArn: noEffect("nothing is pulled and no log service is called"),
      containerDefinitions: jsonText(z.tuple([container])),
      volumes: noEffect("all processes share this machine's files"),
      skipDestroy: noEffect("task definitions exist no longer than the cloud"),
    }),
    ({ inputs, cloud }) => {
      const [only] = inputs.containerDefinitions;
      const directory = cloud.images.get(only.image);
      if (!directory) {
        throw new Error(
          `expected an image that this program builds; came ${only.image}. The laptop cloud pulls no images: leave imageUri empty`,
        );
      }
      const arnWithoutRevision = `${cloud.ecsArn("task-definition")}/${inputs.family}`;
      const arn = `${arnWithoutRevision}:1`;
      cloud.taskDefinitions.set(arn, {
        family: inputs.family,
        revision: 1,
        command: only.command,
        directory,
        variables: Object.fromEntries(only.environment.map(({ name, value }) => [name, value])),
        stopTimeoutSeconds: only.stopTimeout,
        size: { cpuUnits: inputs.cpu, memoryMebibytes: inputs.memory },
        roleArn: inputs.taskRoleArn,
        hasOwnAddress: inputs.networkMode === "awsvpc",
      });
      return { id: inputs.family, outputs: { arn, arnWithoutRevision, family: inputs.family, revision: 1 } };
    },
  ),
  "aws:ecs/service:Service": resource(
    z.strictObject({
      cluster: z.string(),
      taskDefinition: z.string(),
      desiredCount: z.number(),
      capacityProviderStrategies: z
        .tuple([
          z.strictObject({
            capacityProvider: z.string(),
            ...noEffects("there is one capacity provider", "weight", "base"),
          }),
        ])
        .optional(),
      launchType: z.literal("FARGATE").optional(),
      networkConfiguration: noEffect("all processes share this machine's network"),
      loadBalancers: z
        .tuple([z.strictObject({ targetGroupArn: z.string(), containerName: z.string(), containerPort: z.number() })])
        .optional(),
      healthCheckGracePeriodSeconds: z.number().default(0),
      orderedPlacementStrategies: z.array(placement).default(spreadOverZones),
      deploymentMinimumHealthyPercent: z.number().default(100),
      deploymentMaximumPercent: z.number().default(200),
      availabilityZoneRebalancing: z.enum(["ENABLED", "DISABLED"]),
      forceNewDeployment: noEffect("there is one deployment"),
      enableExecuteCommand: noEffect("there are no shells in tasks here"),
      ...noEffects("tags are not kept", "enableEcsManagedTags", "propagateTags"),
      deploymentCircuitBreaker: noEffect("there is one deployment and none to roll back to"),
      forceDelete: noEffect("the service exists no longer than the cloud"),
    }),
    ({ inputs, physicalName, cloud }) => {
      const capacityProvider = inputs.capacityProviderStrategies?.[0].capacityProvider;
      if ((capacityProvider === undefined) !== (inputs.launchType === "FARGATE")) {
        throw new Error("expected either a capacity provider or the launch type FARGATE");
      }
      const strategy = inputs.orderedPlacementStrategies.map(asPlacement);
      const targetGroupArn = inputs.loadBalancers?.[0].targetGroupArn;
      runService(cloud, physicalName, { ...inputs, capacityProvider, strategy, targetGroupArn });
      const arn = `${cloud.ecsArn("service")}/${inputs.cluster.split("/").at(-1)}/${physicalName}`;
      return { id: arn, outputs: { arn, name: physicalName } };
    },
  ),
};

function asPlacement(strategy: z.infer<typeof placement>): Placement {
  if (strategy.type === "spread") return { type: "spread", by: "availability-zone" };
  return { type: "binpack", by: strategy.field };
}
