import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { controllerEnvironment, VariablesOf } from "../../contract/environment.ts";
import { tasksPerInstance } from "../../contract/instance-types.ts";
import { metricNamespace } from "../../contract/metrics.ts";
import { reservedConcurrency } from "../../contract/reserved-concurrency.ts";
import { partsOf } from "../cluster/parts-of.ts";
import type { WorkerCluster } from "../cluster.ts";
import type { Config } from "../config.ts";
import { createFunction } from "../function.ts";
import { allow, type Statement } from "../iam.ts";
import type { Keys } from "../keys.ts";
import type { JobQueue } from "../queue.ts";
import type { ScalingTable } from "../scaling-table.ts";
import type { Worker } from "../worker.ts";

export interface ControllerArgs {
  config: Config;
  keys: Keys;
  queue: JobQueue;
  table: ScalingTable;
  cluster: WorkerCluster;
  worker: Worker;
}

/** The scheduled Lambda function of the controller. */
export function createController(
  name: string,
  args: ControllerArgs,
  target: aws.appautoscaling.Target,
  options: pulumi.CustomResourceOptions,
): aws.lambda.Function {
  const { config, keys, queue, table } = args;
  return createFunction(
    name,
    {
      entry: "autoscaler/scheduled/handler.ts",
      description: "Scaling controller: sets the number of workers and publishes the scaling metrics",
      environment: environmentOf(args),
      statements: [
        queue.countStatement(),
        ...table.controlStatements(),
        ...keys.useStatements("dynamodb"),
        ...readCapacityStatements(args),
        ...moveCapacityStatements(args, target),
        // Metrics have no ARN; IAM restricts the namespace by this condition.
        allow(["cloudwatch:PutMetricData"], ["*"], { StringEquals: { "cloudwatch:namespace": metricNamespace } }),
      ],
      keys,
      // One minute of ticks, and time for the last one to finish.
      timeoutSeconds: 70,
      memoryMegabytes: 256,
      reservedConcurrency: reservedConcurrency(config).controller,
    },
    config,
    options,
  );
}

function environmentOf({
  config,
  queue,
  table,
  cluster,
  worker,
}: ControllerArgs): VariablesOf<typeof controllerEnvironment, pulumi.Input<string>> {
  return {
    ...queue.environment(),
    CLUSTER_NAME: cluster.cluster.name,
    SERVICE_NAME: worker.service.name,
    ...(cluster.instances ? { GROUP_NAME: cluster.instances.group.name } : {}),
    SCALING_TABLE_NAME: table.table.name,
    SCALING_MODE: config.scalingMode,
    INSTANCE_FLOOR: cluster.instances && config.instanceFloor ? "on" : "off",
    MIN_TASKS: String(config.minTasks),
    MAX_TASKS: String(config.maxTasks),
    ...(config.taskSchedules.length > 0 ? { TASK_SCHEDULES: JSON.stringify(config.taskSchedules) } : {}),
    SLOTS: String(config.slots),
    WAIT_TARGET_SECONDS: String(config.waitTargetSeconds),
    EXPECTED_JOB_SECONDS: String(config.expectedJobMilliseconds / 1_000),
    EAGERNESS: String(config.eagernessPercent / 100),
    TASKS_PER_INSTANCE: String(tasksOnInstance(config)),
    TICKS_PER_MINUTE: String(config.ticksPerMinute),
    MINUTE_SECONDS: String(config.minuteMilliseconds / 1_000),
  };
}

/** One task for an instance type of unknown size, and without instances: surplus instances are released again, missing ones make jobs late. */
function tasksOnInstance(config: Config): number {
  return config.compute === "ec2" ? (tasksPerInstance(config) ?? 1) : 1;
}

function readCapacityStatements({ cluster, worker }: ControllerArgs): Statement[] {
  const ofCluster = { ArnEquals: { "ecs:cluster": cluster.cluster.arn } };
  return [
    allow(["ecs:DescribeServices"], [worker.service.arn], ofCluster),
    ...(cluster.instances
      ? [
          allow(["ecs:ListContainerInstances"], [cluster.cluster.arn]),
          allow(["ecs:DescribeContainerInstances"], [partsOf(cluster.cluster, "container-instance")], ofCluster),
        ]
      : []),
    // These actions have no resource types.
    allow(
      [
        "application-autoscaling:DescribeScalableTargets",
        ...(cluster.instances ? ["autoscaling:DescribeAutoScalingGroups"] : []),
      ],
      ["*"],
    ),
  ];
}

/** Needed in tracking mode too: there the controller resets minimums that steering has raised. */
function moveCapacityStatements({ cluster, worker }: ControllerArgs, target: aws.appautoscaling.Target): Statement[] {
  return [
    allow(["application-autoscaling:RegisterScalableTarget"], [target.arn]),
    // Registering a scalable target needs permission on the service behind it. The key `ecs:task-definition` exists only in
    // requests that name a task definition, which the controller's do not: it cannot start an image of another family.
    allow(["ecs:UpdateService"], [worker.service.arn], {
      ArnEquals: { "ecs:cluster": cluster.cluster.arn },
      ArnLikeIfExists: {
        "ecs:task-definition": pulumi.interpolate`${worker.taskDefinition.arnWithoutRevision}:*`,
      },
    }),
    ...(cluster.instances
      ? [
          allow(
            ["autoscaling:UpdateAutoScalingGroup", "autoscaling:TerminateInstanceInAutoScalingGroup"],
            [cluster.instances.group.arn],
          ),
        ]
      : []),
  ];
}
