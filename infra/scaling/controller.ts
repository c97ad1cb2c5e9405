import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { controllerEnvironment, VariablesOf } from "../../contract/environment.ts";
import { tasksPerInstance } from "../../contract/instance-types.ts";
import { metricNamespace } from "../../contract/metrics.ts";
import { partsOf } from "../cluster/parts-of.ts";
import type { Config } from "../config.ts";
import { createFunction } from "../function.ts";
import { allow, type Statement } from "../iam.ts";
import type { ScalingArgs } from "../scaling.ts";

/** The Lambda function that runs the control loop several times a minute. */
export function createController(
  name: string,
  args: ScalingArgs,
  target: aws.appautoscaling.Target,
  options: pulumi.CustomResourceOptions,
): aws.lambda.Function {
  const { config, keys, queue, table } = args;
  return createFunction(
    name,
    {
      entry: "autoscaler/scheduled/handler.ts",
      description: "Decides how many workers run, scales them, and publishes the metrics that AWS scaling policies use",
      environment: environmentOf(args),
      statements: [
        queue.count(),
        ...table.control(),
        ...keys.use("dynamodb"),
        ...seeCapacity(args),
        ...moveCapacity(args, target),
        // Metrics have no ARN; the condition is how IAM narrows the namespace.
        allow(["cloudwatch:PutMetricData"], ["*"], { StringEquals: { "cloudwatch:namespace": metricNamespace } }),
      ],
      keys,
      // A minute's ticks and the answers to the last of them.
      timeoutSeconds: 70,
      memoryMegabytes: 256,
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
}: ScalingArgs): VariablesOf<typeof controllerEnvironment, pulumi.Input<string>> {
  return {
    QUEUE_URL: queue.queue.url,
    CLUSTER_NAME: cluster.cluster.name,
    SERVICE_NAME: worker.service.name,
    GROUP_NAME: cluster.group.name,
    SCALING_TABLE_NAME: table.table.name,
    SCALING_MODE: config.scalingMode,
    INSTANCE_FLOOR: config.instanceFloor ? "on" : "off",
    MIN_TASKS: String(config.minTasks),
    MAX_TASKS: String(config.maxTasks),
    SLOTS: String(config.slots),
    WAIT_TARGET_SECONDS: String(config.waitTargetSeconds),
    EXPECTED_JOB_SECONDS: String(config.expectedJobMilliseconds / 1_000),
    EAGERNESS: String(config.eagernessPercent / 100),
    TASKS_PER_INSTANCE: String(tasksOnInstance(config)),
    TICKS_PER_MINUTE: String(config.ticksPerMinute),
    MINUTE_SECONDS: String(config.minuteMilliseconds / 1_000),
  };
}

/** Of a type whose size is unknown one task is presumed: too many instances ordered ahead are given back, too few make jobs late. */
function tasksOnInstance(config: Config): number {
  return tasksPerInstance(config) ?? 1;
}

function seeCapacity({ cluster, worker }: ScalingArgs): Statement[] {
  const ofCluster = { ArnEquals: { "ecs:cluster": cluster.cluster.arn } };
  return [
    allow(["ecs:DescribeServices"], [worker.service.arn], ofCluster),
    allow(["ecs:ListContainerInstances"], [cluster.cluster.arn]),
    allow(["ecs:DescribeContainerInstances"], [partsOf(cluster.cluster, "container-instance")], ofCluster),
    // Neither of the two knows resources.
    allow(["application-autoscaling:DescribeScalableTargets", "autoscaling:DescribeAutoScalingGroups"], ["*"]),
  ];
}

/** Also needed in tracking mode, to reset MinCapacity and MinSize after steering. */
function moveCapacity({ cluster, worker }: ScalingArgs, target: aws.appautoscaling.Target): Statement[] {
  return [
    allow(["application-autoscaling:RegisterScalableTarget"], [target.arn]),
    // To move a target, its caller needs the right to move what it stands for.
    allow(["ecs:UpdateService"], [worker.service.arn], { ArnEquals: { "ecs:cluster": cluster.cluster.arn } }),
    allow(
      ["autoscaling:UpdateAutoScalingGroup", "autoscaling:TerminateInstanceInAutoScalingGroup"],
      [cluster.group.arn],
    ),
  ];
}
