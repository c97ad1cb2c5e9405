import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { VariablesOf, workerEnvironment } from "../contract/environment.ts";
import { objectPrefixes } from "../contract/jobs-table.ts";
import type { WorkerCluster } from "./cluster.ts";
import type { Config } from "./config.ts";
import { allow, serviceRole } from "./iam.ts";
import { createWorkerImage, type WorkerImage } from "./image.ts";
import type { JobQueue } from "./queue.ts";
import type { JobStorage } from "./storage.ts";

export interface WorkerArgs {
  config: Config;
  queue: JobQueue;
  storage: JobStorage;
  cluster: WorkerCluster;
}

/** The ECS service whose tasks do the jobs. */
export class Worker extends pulumi.ComponentResource {
  readonly service: aws.ecs.Service;

  constructor(name: string, args: WorkerArgs, options?: pulumi.ComponentResourceOptions) {
    super("sluice:index:Worker", name, {}, options);
    const own = { parent: this };
    const image = createWorkerImage(name, args.config, own);
    const logGroup = new aws.cloudwatch.LogGroup(name, { retentionInDays: args.config.logRetentionDays }, own);
    const task = createTaskRole(name, args, own);
    const execution = createExecutionRole(name, image, logGroup, own);
    const taskDefinition = new aws.ecs.TaskDefinition(
      name,
      {
        family: `${pulumi.getProject()}-${pulumi.getStack()}-${name}`,
        requiresCompatibilities: ["EC2"],
        // One address for all tasks of an instance: no network interface a task, which small instances lack.
        networkMode: "bridge",
        cpu: String(args.config.taskCpu),
        memory: String(args.config.taskMemoryMegabytes),
        runtimePlatform: {
          operatingSystemFamily: "LINUX",
          cpuArchitecture: args.config.architecture === "arm64" ? "ARM64" : "X86_64",
        },
        taskRoleArn: task.role.arn,
        executionRoleArn: execution.role.arn,
        containerDefinitions: containerDefinitions(args, image, logGroup, own),
        skipDestroy: true,
      },
      own,
    );
    this.service = new aws.ecs.Service(
      name,
      {
        cluster: args.cluster.cluster.arn,
        taskDefinition: taskDefinition.arn,
        desiredCount: args.config.minTasks,
        capacityProviderStrategies: [{ capacityProvider: args.cluster.capacityProvider.name, weight: 1 }],
        orderedPlacementStrategies: [{ type: "binpack", field: "memory" }],
        availabilityZoneRebalancing: "DISABLED",
        deploymentCircuitBreaker: { enable: true, rollback: true },
        forceDelete: true,
      },
      {
        ...own,
        // Without these edges a destroy takes rights or capacity away from tasks that still run.
        dependsOn: [args.cluster.attachment, task.policy, execution.policy],
        customTimeouts: { delete: "30m" },
      },
    );
    this.registerOutputs({ serviceName: this.service.name });
  }
}

function createTaskRole(name: string, { queue, storage, cluster }: WorkerArgs, options: pulumi.CustomResourceOptions) {
  const tasks = pulumi.interpolate`${cluster.cluster.arn.apply((arn) => arn.replace(":cluster/", ":task/"))}/*`;
  return serviceRole(
    `${name}-task`,
    {
      service: "ecs-tasks.amazonaws.com",
      statements: [
        queue.consume(),
        queue.send(),
        queue.bury(),
        storage.writeJobs(),
        storage.readObjects(objectPrefixes.payloads, objectPrefixes.uploads),
        storage.tellMissingObjects(),
        storage.writeObjects(objectPrefixes.results),
        allow(["ecs:GetTaskProtection", "ecs:UpdateTaskProtection"], [tasks]),
      ],
    },
    options,
  );
}

function createExecutionRole(
  name: string,
  image: WorkerImage,
  logGroup: aws.cloudwatch.LogGroup,
  options: pulumi.CustomResourceOptions,
) {
  const pull = image.repositoryArn
    ? [
        allow(
          ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
          [image.repositoryArn],
        ),
        allow(["ecr:GetAuthorizationToken"], ["*"]),
      ]
    : [];
  const writeLog = allow(["logs:CreateLogStream", "logs:PutLogEvents"], [pulumi.interpolate`${logGroup.arn}:*`]);
  return serviceRole(
    `${name}-execution`,
    { service: "ecs-tasks.amazonaws.com", statements: [...pull, writeLog] },
    options,
  );
}

function containerDefinitions(
  { config, queue, storage }: WorkerArgs,
  image: WorkerImage,
  logGroup: aws.cloudwatch.LogGroup,
  options: pulumi.InvokeOptions,
): pulumi.Output<string> {
  const environment: VariablesOf<typeof workerEnvironment, pulumi.Input<string>> = {
    JOBS_TABLE_NAME: storage.table.name,
    QUEUE_URL: queue.queue.url,
    DEAD_LETTER_QUEUE_URL: queue.deadLetterQueue.url,
    ARTIFACTS_BUCKET_NAME: storage.bucket.bucket,
    VISIBILITY_SECONDS: String(config.visibilitySeconds),
    RETENTION_DAYS: String(config.retentionDays),
    SLOTS: String(config.slots),
    STOP_TIMEOUT_SECONDS: String(config.stopTimeoutSeconds),
    JOB_TIMEOUT_SECONDS: String(config.jobTimeoutSeconds),
  };
  return pulumi.jsonStringify([
    {
      name: "worker",
      image: image.uri,
      command: ["node", "main.mjs"],
      essential: true,
      stopTimeout: config.stopTimeoutSeconds,
      // Sorted, so that an unchanged environment is an unchanged task definition.
      environment: Object.entries(environment)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, value]) => ({ name, value })),
      user: "1000:1000",
      readonlyRootFilesystem: true,
      linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
      logConfiguration: {
        logDriver: "awslogs",
        options: {
          "awslogs-group": logGroup.name,
          "awslogs-region": aws.getRegionOutput({}, options).region,
          "awslogs-stream-prefix": "worker",
        },
      },
    },
  ]);
}
