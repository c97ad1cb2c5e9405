import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type BackstopPolicy, backstopPolicy } from "../../autoscaler/policy/backstop.ts";
import { metricDimensions, metricNames, metricNamespace } from "../../contract/metrics.ts";
import type { Config } from "../config.ts";
import type { JobQueue } from "../queue.ts";
import { type ServiceNames, targetOf } from "./target.ts";

/**
 * Goes out, and never in, while the controller is silent and tasks would need far longer than the wait target for what is
 * waiting. It stands on metrics of AWS's own and on the absence of a heartbeat. It knows only how long the operator expects a
 * job to run, so that beside a controller at work, which measures that, it would do harm.
 */
export function createBackstop(
  name: string,
  { config, queue }: { config: Config; queue: JobQueue },
  service: ServiceNames,
  target: aws.appautoscaling.Target,
  options: pulumi.CustomResourceOptions,
): void {
  const backstop = backstopPolicy({
    waitTargetSeconds: config.waitTargetSeconds,
    expectedServiceSeconds: config.expectedJobMilliseconds / 1_000,
    slots: config.slots,
  });
  const policy = new aws.appautoscaling.Policy(
    `${name}-backstop`,
    {
      ...targetOf(target),
      policyType: "StepScaling",
      stepScalingPolicyConfiguration: {
        adjustmentType: "PercentChangeInCapacity",
        metricAggregationType: "Maximum",
        minAdjustmentMagnitude: backstop.tasksAtLeast,
        cooldown: backstop.cooldownSeconds,
        stepAdjustments: backstop.steps.map(({ fromSeconds, toSeconds, percent }) => ({
          metricIntervalLowerBound: String(fromSeconds),
          ...(toSeconds === undefined ? {} : { metricIntervalUpperBound: String(toSeconds) }),
          scalingAdjustment: percent,
        })),
      },
    },
    options,
  );
  new aws.cloudwatch.MetricAlarm(
    `${name}-backstop`,
    {
      alarmDescription:
        "The controller is silent, and the workers would need far longer than the wait target for the jobs that wait: orders more.",
      metricQueries: drainTime(backstop, queue.queue.name, service),
      threshold: backstop.thresholdSeconds,
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: backstop.datapointsToAlarm,
      // SQS is silent about a queue that nobody used for six hours: nothing waits in it.
      treatMissingData: "notBreaching",
      alarmActions: [policy.arn],
    },
    options,
  );
}

/** Seconds, where there is no heartbeat; tasks that are ordered count like those that run, and none like one. */
function drainTime(
  { drainSecondsPerJob, periodSeconds }: BackstopPolicy,
  queueName: pulumi.Input<string>,
  service: ServiceNames,
): aws.types.input.cloudwatch.MetricAlarmMetricQuery[] {
  const query = (
    id: string,
    namespace: string,
    metricName: string,
    dimensions: Record<string, pulumi.Input<string>>,
  ) => ({ id, metric: { namespace, metricName, dimensions, stat: "Maximum", period: periodSeconds } });
  const drain = `visible * ${drainSecondsPerJob} / MAX([running, desired, TIME_SERIES(1)])`;
  const insight = "ECS/ContainerInsights";
  return [
    {
      id: "drain",
      label: "Seconds to work off what waits",
      expression: `IF(FILL(heartbeat, 0) > 0, 0, ${drain})`,
      returnData: true,
    },
    query("heartbeat", metricNamespace, metricNames.heartbeat, metricDimensions(service)),
    query("visible", "AWS/SQS", "ApproximateNumberOfMessagesVisible", { QueueName: queueName }),
    query("running", insight, "RunningTaskCount", metricDimensions(service)),
    query("desired", insight, "DesiredTaskCount", metricDimensions(service)),
  ];
}
