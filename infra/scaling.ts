import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { acceptableBacklogPerTask } from "../autoscaler/policy/acceptable-backlog.ts";
import type { controllerEnvironment, VariablesOf } from "../contract/environment.ts";
import { metricDimensions, metricNames, metricNamespace } from "../contract/metrics.ts";
import type { WorkerCluster } from "./cluster.ts";
import type { Config } from "./config.ts";
import { createFunction } from "./function.ts";
import { allow } from "./iam.ts";
import type { Keys } from "./keys.ts";
import type { JobQueue } from "./queue.ts";
import { everyMinute } from "./schedule.ts";
import type { Worker } from "./worker.ts";

export interface ScalingArgs {
  config: Config;
  keys: Keys;
  queue: JobQueue;
  cluster: WorkerCluster;
  worker: Worker;
}

/** Backlog per task, published once a minute, and the policies that keep it at what the latency target allows. */
export class Scaling extends pulumi.ComponentResource {
  readonly controller: aws.lambda.Function;
  readonly acceptableBacklog: number;

  constructor(name: string, args: ScalingArgs, options?: pulumi.ComponentResourceOptions) {
    super("sluice:index:Scaling", name, {}, options);
    const own = { parent: this };
    this.acceptableBacklog = acceptableBacklogPerTask(args.config);
    this.controller = createController(name, args, own);
    everyMinute(name, this.controller, own);

    const service = { clusterName: args.cluster.cluster.name, serviceName: args.worker.service.name };
    const target = createTarget(name, args.config, service, own);
    trackBacklog(name, args.config, this.acceptableBacklog, service, target, own);
    if (args.config.minTasks === 0) openWayOutOfZero(name, service, target, own);
    this.registerOutputs({ acceptableBacklog: this.acceptableBacklog });
  }
}

type ServiceNames = { clusterName: pulumi.Output<string>; serviceName: pulumi.Output<string> };

function createController(
  name: string,
  { config, keys, queue, cluster, worker }: ScalingArgs,
  options: pulumi.CustomResourceOptions,
): aws.lambda.Function {
  const environment: VariablesOf<typeof controllerEnvironment, pulumi.Input<string>> = {
    QUEUE_URL: queue.queue.url,
    CLUSTER_NAME: cluster.cluster.name,
    SERVICE_NAME: worker.service.name,
  };
  return createFunction(
    name,
    {
      entry: "autoscaler/scheduled/handler.ts",
      description: "Publishes the backlog per task that target tracking acts on",
      environment,
      statements: [
        queue.count(),
        allow(["ecs:DescribeServices"], [worker.service.arn], { ArnEquals: { "ecs:cluster": cluster.cluster.arn } }),
        // Metrics have no ARN; the condition is how IAM narrows the namespace.
        allow(["cloudwatch:PutMetricData"], ["*"], { StringEquals: { "cloudwatch:namespace": metricNamespace } }),
      ],
      keys,
      timeoutSeconds: 30,
      memoryMegabytes: 256,
    },
    config,
    options,
  );
}

function createTarget(
  name: string,
  config: Pick<Config, "minTasks" | "maxTasks">,
  { clusterName, serviceName }: ServiceNames,
  options: pulumi.CustomResourceOptions,
): aws.appautoscaling.Target {
  return new aws.appautoscaling.Target(
    name,
    {
      serviceNamespace: "ecs",
      resourceId: pulumi.interpolate`service/${clusterName}/${serviceName}`,
      scalableDimension: "ecs:service:DesiredCount",
      minCapacity: config.minTasks,
      maxCapacity: config.maxTasks,
    },
    options,
  );
}

function trackBacklog(
  name: string,
  config: Pick<Config, "scaleOutCooldownSeconds" | "scaleInCooldownSeconds">,
  acceptableBacklog: number,
  service: ServiceNames,
  target: aws.appautoscaling.Target,
  options: pulumi.CustomResourceOptions,
): void {
  new aws.appautoscaling.Policy(
    `${name}-backlog`,
    {
      ...targetOf(target),
      policyType: "TargetTrackingScaling",
      targetTrackingScalingPolicyConfiguration: {
        targetValue: acceptableBacklog,
        scaleOutCooldown: config.scaleOutCooldownSeconds,
        scaleInCooldown: config.scaleInCooldownSeconds,
        customizedMetricSpecification: {
          namespace: metricNamespace,
          metricName: metricNames.backlogPerTask,
          statistic: "Average",
          dimensions: dimensionsOf(service),
        },
      },
    },
    options,
  );
}

/**
 * Target tracking leaves a service at zero while the backlog is at most the target: a single job would wait for ever. One job
 * that no task is wanted for brings one task; from there on the backlog decides.
 * https://github.com/aws/copilot-cli/issues/3376
 */
function openWayOutOfZero(
  name: string,
  service: ServiceNames,
  target: aws.appautoscaling.Target,
  options: pulumi.CustomResourceOptions,
): void {
  const policy = new aws.appautoscaling.Policy(
    `${name}-wake`,
    {
      ...targetOf(target),
      policyType: "StepScaling",
      stepScalingPolicyConfiguration: {
        adjustmentType: "ChangeInCapacity",
        metricAggregationType: "Maximum",
        // The minute in which the task was ordered still shows the job as stranded, and the alarm acts once more: the
        // cooldown must outlast that, and credits the task that is on its way.
        cooldown: 300,
        stepAdjustments: [{ metricIntervalLowerBound: "0", scalingAdjustment: 1 }],
      },
    },
    options,
  );
  new aws.cloudwatch.MetricAlarm(
    `${name}-wake`,
    {
      alarmDescription: "Jobs wait and no worker is wanted: wakes the service. No action is needed of anybody.",
      namespace: metricNamespace,
      metricName: metricNames.strandedJobs,
      dimensions: metricDimensions(service),
      statistic: "Maximum",
      period: 60,
      evaluationPeriods: 1,
      threshold: 0,
      comparisonOperator: "GreaterThanThreshold",
      // Unknown is not a job: the alarm for a silent controller speaks for that.
      treatMissingData: "notBreaching",
      alarmActions: [policy.arn],
    },
    options,
  );
}

/** From the target, so that it exists before its policies and outlives them. */
function targetOf({ serviceNamespace, resourceId, scalableDimension }: aws.appautoscaling.Target) {
  return { serviceNamespace, resourceId, scalableDimension };
}

function dimensionsOf(service: ServiceNames) {
  return Object.entries(metricDimensions(service)).map(([name, value]) => ({ name, value }));
}
