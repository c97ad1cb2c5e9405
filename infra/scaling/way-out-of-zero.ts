import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { metricDimensions, metricNames, metricNamespace } from "../../contract/metrics.ts";
import { type ServiceNames, targetOf } from "./target.ts";

/**
 * Target tracking leaves a service at zero while the metric is at its target or below: a single job would wait for ever. One
 * job that no task is wanted for brings one task; from there on the need decides.
 * https://github.com/aws/copilot-cli/issues/3376
 */
export function openWayOutOfZero(
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
