import * as z from "zod";
import type { Placement } from "../../simulator/model/capacity/place-tasks.ts";
import type { Cloud } from "../cloud.ts";
import type { EcsCluster } from "../ecs/cluster.ts";
import { capacityProvider, capacityProviderSchema } from "./capacity-provider.ts";
import { jsonText, noEffect, noEffects, type ResourceHandler, resource } from "./resource.ts";
import { runService, temporaryFolderOf } from "./run-service.ts";

const noContainers = "a task is a process with the rights of the user who started the laptop cloud";

/** The strategies that are emulated; ECS has others. */
const placement = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("spread"), field: z.literal("attribute:ecs.availability-zone") }),
  z.strictObject({ type: z.literal("binpack"), field: z.enum(["cpu", "memory"]) }),
]);

/** ECS's default strategy. */
const spreadOverZones: z.infer<typeof placement>[] = [{ type: "spread", field: "attribute:ecs.availability-zone" }];

/** AWS's own capacity providers. They are attached to a cluster like others, and their tasks need no instances. */
const fargateProviders = ["FARGATE", "FARGATE_SPOT"];

const wholeNumber = z.string().regex(/^\d+$/, "expected a whole number").transform(Number);

/** Of a capacity provider with instances that ECS manages. */
const managedInstancesSchema = z.strictObject({
  cluster: z.string(),
  managedInstancesProvider: noEffect("tasks wait for their start as on Fargate, and there are no instances"),
});

const volume = z.strictObject({
  name: z.string(),
  efsVolumeConfiguration: z
    .strictObject({
      fileSystemId: z.string(),
      transitEncryption: z.literal("ENABLED"),
      authorizationConfig: z.strictObject({ accessPointId: z.string(), iam: z.literal("ENABLED") }),
    })
    .optional(),
});

const container = z.strictObject({
  name: z.string(),
  image: z.string(),
  command: z.array(z.string()).min(1),
  essential: z.literal(true),
  stopTimeout: z.number().default(30),
  environment: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  portMappings: z.tuple([z.strictObject({ containerPort: z.number(), protocol: z.literal("tcp") })]).optional(),
  mountPoints: z
    .array(
      z.strictObject({
        sourceVolume: z.string(),
        containerPath: z.string(),
        readOnly: noEffect("files have one owner"),
      }),
    )
    .default([]),
  resourceRequirements: z
    .tuple([z.strictObject({ type: z.literal("GPU"), value: z.string().regex(/^\d+$/).transform(Number) })])
    .optional(),
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
  "aws:ecs/capacityProvider:CapacityProvider": resource(
    z.union([managedInstancesSchema, capacityProviderSchema]),
    ({ inputs, physicalName, cloud }) => {
      if ("cluster" in inputs) cloud.ecs.cluster(inputs.cluster).managedProviders.add(physicalName);
      else cloud.capacityProviders.set(physicalName, capacityProvider(physicalName, inputs, cloud.autoScalingGroups));
      return {
        id: physicalName,
        outputs: { arn: `${cloud.ecsArn("capacity-provider")}/${physicalName}`, name: physicalName },
      };
    },
  ),
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": resource(
    z.strictObject({ clusterName: z.string(), capacityProviders: z.array(z.string()) }),
    ({ inputs, cloud }) => {
      for (const name of inputs.capacityProviders) {
        const cluster = cloud.ecs.cluster(inputs.clusterName);
        if (cluster.managedProviders.has(name)) continue;
        if (fargateProviders.includes(name)) {
          cluster.managedProviders.add(name);
          continue;
        }
        const definition = cloud.capacityProviders.get(name);
        if (!definition) throw new Error(`expected the name of a capacity provider; came "${name}"`);
        cluster.attachCapacity(definition);
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
      volumes: z.array(volume).default([]),
      ephemeralStorage: noEffect("this machine's disk has the files"),
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
        variables: Object.fromEntries(
          only.environment.map(({ name, value }) => [name, atFolders(value, foldersOf(only, inputs.volumes, cloud))]),
        ),
        stopTimeoutSeconds: only.stopTimeout,
        size: {
          cpuUnits: inputs.cpu,
          memoryMebibytes: inputs.memory,
          ...(only.resourceRequirements && { gpus: only.resourceRequirements[0].value }),
        },
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
        .array(
          z.strictObject({
            capacityProvider: z.string(),
            ...noEffects("there is one capacity provider, and no Spot capacity", "weight", "base"),
          }),
        )
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
      const names = inputs.capacityProviderStrategies?.map(({ capacityProvider }) => capacityProvider) ?? [];
      if ((names.length === 0) !== (inputs.launchType === "FARGATE")) {
        throw new Error("expected either a capacity provider or the launch type FARGATE");
      }
      const capacityProvider = findCapacityProvider(names, cloud.ecs.cluster(inputs.cluster));
      const strategy = inputs.orderedPlacementStrategies.map(asPlacement);
      const targetGroupArn = inputs.loadBalancers?.[0].targetGroupArn;
      runService(cloud, physicalName, { ...inputs, capacityProvider, strategy, targetGroupArn });
      const arn = `${cloud.ecsArn("service")}/${inputs.cluster.split("/").at(-1)}/${physicalName}`;
      return { id: arn, outputs: { arn, name: physicalName } };
    },
  ),
};

/** Undefined without instances of the stack's own. AWS refuses a service on both. */
function findCapacityProvider(names: readonly string[], cluster: EcsCluster): string | undefined {
  const own = names.filter((name) => !fargateProviders.includes(name) && !cluster.managedProviders.has(name));
  const missing = names.find((name) => fargateProviders.includes(name) && !cluster.managedProviders.has(name));
  if (missing) throw new Error(`expected a capacity provider of cluster ${cluster.place.name}; came "${missing}"`);
  if (own.length > 1 || (own.length === 1 && names.length > 1)) {
    throw new Error(`expected one capacity provider with instances of the stack, or others; came ${names.join(", ")}`);
  }
  return own[0];
}

/** The folder of this machine for each path in the container at which a volume is mounted. */
function foldersOf(
  { mountPoints }: z.infer<typeof container>,
  volumes: readonly z.infer<typeof volume>[],
  cloud: Cloud,
): Map<string, string> {
  return new Map(
    mountPoints.map(({ sourceVolume, containerPath }) => {
      const found = volumes.find(({ name }) => name === sourceVolume);
      if (!found) throw new Error(`expected the name of a volume; came "${sourceVolume}"`);
      return [containerPath, folderOf(found, cloud)];
    }),
  );
}

function folderOf({ efsVolumeConfiguration: shared }: z.infer<typeof volume>, cloud: Cloud): string {
  if (!shared) return temporaryFolderOf(cloud);
  const folder = cloud.accessPoints.get(shared.authorizationConfig.accessPointId);
  if (!folder) throw new Error(`expected an access point; came "${shared.authorizationConfig.accessPointId}"`);
  return folder;
}

/** A process sees no mounted volumes: where a variable names a path in one, it gets the path in the volume's folder. */
function atFolders(value: string, folders: ReadonlyMap<string, string>): string {
  for (const [path, folder] of folders) {
    if (value === path || value.startsWith(`${path}/`)) return `${folder}${value.slice(path.length)}`;
  }
  return value;
}

function asPlacement(strategy: z.infer<typeof placement>): Placement {
  if (strategy.type === "spread") return { type: "spread", by: "availability-zone" };
  return { type: "binpack", by: strategy.field };
}
