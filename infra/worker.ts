import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "./config.ts";
import { createWorkerImage, type WorkerImage } from "./image.ts";
import { createLogGroup } from "./log-group.ts";
import { containerDefinitions } from "./worker/container.ts";
import { createExecutionRole, createTaskRole, type TaskRoleArgs } from "./worker/roles.ts";

/** The ECS service whose tasks do the jobs. */
export class Worker extends pulumi.ComponentResource {
  readonly service: aws.ecs.Service;
  readonly taskDefinition: aws.ecs.TaskDefinition;
  readonly logGroup: aws.cloudwatch.LogGroup;
  readonly image: WorkerImage;

  constructor(name: string, args: TaskRoleArgs, options?: pulumi.ComponentResourceOptions) {
    super("sluice:index:Worker", name, {}, options);
    const own = { parent: this };
    this.image = createWorkerImage(name, args, own);
    this.logGroup = createLogGroup(name, args, own);
    const task = createTaskRole(name, args, own);
    const execution = createExecutionRole(name, this.image, this.logGroup, own);
    const roles = { taskRoleArn: task.role.arn, executionRoleArn: execution.role.arn };
    const containers = containerDefinitions(args, this.image, this.logGroup, own);
    this.taskDefinition = createTaskDefinition(name, args.config, roles, containers, own);
    this.service = createService(name, args, this.taskDefinition, {
      ...own,
      // Without these edges a destroy takes rights or capacity away from tasks that still run.
      dependsOn: [args.cluster.attachment, task.policy, execution.policy],
    });
    this.registerOutputs({ serviceName: this.service.name });
  }
}

function createTaskDefinition(
  name: string,
  config: Config,
  roles: { taskRoleArn: pulumi.Output<string>; executionRoleArn: pulumi.Output<string> },
  containers: pulumi.Output<string>,
  options: pulumi.CustomResourceOptions,
): aws.ecs.TaskDefinition {
  return new aws.ecs.TaskDefinition(
    name,
    {
      family: `${pulumi.getProject()}-${pulumi.getStack()}-${name}`,
      requiresCompatibilities: ["EC2"],
      // One address for all tasks of an instance: no network interface a task, which small instances lack.
      networkMode: "bridge",
      cpu: String(config.taskCpu),
      memory: String(config.taskMemoryMegabytes),
      runtimePlatform: {
        operatingSystemFamily: "LINUX",
        cpuArchitecture: config.architecture === "arm64" ? "ARM64" : "X86_64",
      },
      ...roles,
      containerDefinitions: containers,
      // The revision before stays: a deployment that fails goes back to it.
      skipDestroy: true,
    },
    options,
  );
}

/**
 * The update does not wait for the deployment: a task that works on a job of 40 minutes is protected for as long, and the
 * deployment with it. Whether it succeeded, the circuit breaker and its event say.
 */
function createService(
  name: string,
  { config, cluster }: TaskRoleArgs,
  taskDefinition: aws.ecs.TaskDefinition,
  options: pulumi.CustomResourceOptions,
): aws.ecs.Service {
  return new aws.ecs.Service(
    name,
    {
      cluster: cluster.cluster.arn,
      taskDefinition: taskDefinition.arn,
      desiredCount: config.minTasks,
      capacityProviderStrategies: [{ capacityProvider: cluster.capacityProvider.name, weight: 1 }],
      // ECS takes another capacity provider, which a new group brings, with a new deployment only.
      forceNewDeployment: true,
      // Full instances leave others empty, and only empty ones are ended.
      orderedPlacementStrategies: [{ type: "binpack", field: "memory" }],
      // It would stop tasks at work to start them elsewhere.
      availabilityZoneRebalancing: "DISABLED",
      // Nobody calls a worker, so half may be missing: where all instances are full, idle tasks make room for new ones.
      // Where there is room, all new ones start beside the old, which end as their jobs do.
      deploymentMinimumHealthyPercent: 50,
      deploymentMaximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      enableExecuteCommand: config.exec,
      enableEcsManagedTags: true,
      propagateTags: "SERVICE",
      forceDelete: true,
    },
    // How many there are is autoscaling's to say.
    { ...options, ignoreChanges: ["desiredCount"], customTimeouts: { delete: "30m" } },
  );
}
