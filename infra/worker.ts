import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { isOnFargate } from "../contract/compute.ts";
import type { Config } from "./config.ts";
import { createWorkerImage, type WorkerImage } from "./image.ts";
import { createLogGroup } from "./log-group.ts";
import type { Network } from "./network.ts";
import { createTaskDefinition } from "./task-definition.ts";
import { containerDefinitions, temporaryVolume } from "./worker/container.ts";
import { createExecutionRole, createTaskRole, type TaskRoleArgs } from "./worker/roles.ts";

export interface WorkerArgs extends TaskRoleArgs {
  network: Network;
}

/** The ECS service whose tasks run the jobs. */
export class Worker extends pulumi.ComponentResource {
  readonly service: aws.ecs.Service;
  readonly taskDefinition: aws.ecs.TaskDefinition;
  readonly logGroup: aws.cloudwatch.LogGroup;
  readonly image: WorkerImage;

  constructor(name: string, args: WorkerArgs, options?: pulumi.ComponentResourceOptions) {
    super("sluice:index:Worker", name, {}, options);
    const own = { parent: this };
    this.image = createWorkerImage(name, args, own);
    this.logGroup = createLogGroup(name, args, own);
    const task = createTaskRole(name, args, own);
    const execution = createExecutionRole(name, this.image, this.logGroup, own);
    const roles = { taskRoleArn: task.role.arn, executionRoleArn: execution.role.arn };
    const containers = containerDefinitions(args, this.image, this.logGroup, own);
    const taskArgs = { ...taskOf(args), ...roles, containerDefinitions: containers };
    this.taskDefinition = createTaskDefinition(name, args.config, taskArgs, own);
    this.service = createService(name, args, this.taskDefinition, {
      ...own,
      // Otherwise a destroy removes permissions or capacity from tasks that still run.
      dependsOn: [
        args.cluster.attachment,
        task.policy,
        execution.policy,
        ...routesOf(args),
        ...(args.sharedFiles?.ways ?? []),
      ],
    });
    this.registerOutputs({ serviceName: this.service.name });
  }
}

/** The task definition but for roles and containers. */
function taskOf({ config, sharedFiles }: WorkerArgs) {
  return {
    ...platforms[config.compute],
    cpu: String(config.taskCpu),
    memory: String(config.taskMemoryMegabytes),
    // Without a path on a host, ECS makes a new, empty volume for each task and removes it with the task.
    volumes: [{ name: temporaryVolume }, ...(sharedFiles ? [sharedFiles.volume()] : [])],
    ...(isOnFargate(config.compute) && config.scratchGigabytes > 0
      ? { ephemeralStorage: { sizeInGib: config.scratchGigabytes } }
      : {}),
  };
}

const onFargate = { requiresCompatibilities: ["FARGATE"], networkMode: "awsvpc" };

const platforms: Record<
  Config["compute"],
  Pick<aws.ecs.TaskDefinitionArgs, "requiresCompatibilities" | "networkMode">
> = {
  // Tasks share the instance's address. With awsvpc each would need a network interface, and small instances have few.
  ec2: { requiresCompatibilities: ["EC2"], networkMode: "bridge" },
  fargate: onFargate,
  "fargate-spot": onFargate,
  "managed-instances": { requiresCompatibilities: ["MANAGED_INSTANCES"], networkMode: "awsvpc" },
};

/**
 * `pulumi up` does not wait for the deployment: a task may be protected for the length of its job, 40 minutes say. The
 * circuit breaker and its event report the outcome.
 */
function createService(
  name: string,
  args: WorkerArgs,
  taskDefinition: aws.ecs.TaskDefinition,
  options: pulumi.CustomResourceOptions,
): aws.ecs.Service {
  const { config, cluster } = args;
  return new aws.ecs.Service(
    name,
    {
      cluster: cluster.cluster.arn,
      taskDefinition: taskDefinition.arn,
      desiredCount: config.minTasks,
      capacityProviderStrategies: cluster.strategies,
      // ECS accepts a changed capacity provider, which a replaced group brings, only with a new deployment.
      forceNewDeployment: true,
      ...placement(args),
      // Rebalancing would stop tasks that run jobs.
      availabilityZoneRebalancing: "DISABLED",
      // Workers receive no requests, so half of them may be missing: on full instances, idle tasks make room for new ones.
      // With room, all new tasks start beside the old ones, which stop as their jobs end.
      deploymentMinimumHealthyPercent: 50,
      deploymentMaximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      enableExecuteCommand: config.exec,
      enableEcsManagedTags: true,
      propagateTags: "SERVICE",
      forceDelete: true,
    },
    // Where anything scales the service, that sets the desired count.
    { ...options, ignoreChanges: isScaled(config) ? ["desiredCount"] : [], customTimeouts: { delete: "30m" } },
  );
}

function isScaled({ scalingMode, taskSchedules }: Config): boolean {
  return scalingMode !== "fixed" || taskSchedules.length > 0;
}

/** In awsvpc mode a task has a network interface of its own. */
function placement({
  config,
  network,
}: WorkerArgs): Pick<aws.ecs.ServiceArgs, "networkConfiguration" | "orderedPlacementStrategies"> {
  if (config.compute !== "ec2") {
    const { privateSubnetIds: subnets, workerSecurityGroupId } = network;
    return { networkConfiguration: { subnets, securityGroups: [workerSecurityGroupId], assignPublicIp: false } };
  }
  // Binpack leaves other instances empty, and only empty ones are terminated.
  return { orderedPlacementStrategies: [{ type: "binpack", field: "memory" }] };
}

/** Tasks need their routes until they have stopped. Those on instances of the stack have them as long as their instance. */
function routesOf({ config, network }: WorkerArgs): pulumi.Resource[] {
  return config.compute === "ec2" ? [] : network.egressResources;
}
