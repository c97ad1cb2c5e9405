import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { metricDimensions, metricNames, metricNamespace } from "../../contract/metrics.ts";
import { type ServiceNames, targetOf } from "./target.ts";

/**
 * An alarm on StrandedJobs and a step policy that adds one task. Target tracking does not scale from zero while the metric is
 * at or below its target, so a single job would wait forever: https://github.com/aws/copilot-cli/issues/3376
 */
export function createScaleFromZero(
  name: string,
  service: ServiceNames,
  target: aws.appautoscaling.Target,
  options: pulumi.CustomResourceOptions,
): void {
  const policy = new aws.appautoscaling.Policy(
    `${name}-from-zero`,
    {
      ...targetOf(target),
      policyType: "StepScaling",
      stepScalingPolicyConfiguration: {
        adjustmentType: "ChangeInCapacity",
        metricAggregationType: "Maximum",
        // The datapoint of the minute in which the task was added still shows the job as stranded, so the alarm acts once
        // more. The cooldown must outlast that: during it the added task counts and no second one is added.
        cooldown: 300,
        stepAdjustments: [{ metricIntervalLowerBound: "0", scalingAdjustment: 1 }],
      },
    },
    options,
  );
  new aws.cloudwatch.MetricAlarm(
    `${name}-from-zero`,
    {
      alarmDescription: "Jobs wait while the desired count is 0: adds one task. No action is needed.",
      namespace: metricNamespace,
      metricName: metricNames.strandedJobs,
      dimensions: metricDimensions(service),
      statistic: "Maximum",
      period: 60,
      evaluationPeriods: 1,
      threshold: 0,
      comparisonOperator: "GreaterThanThreshold",
      // No data does not mean a stranded job. The controller-silent alarm covers a missing controller.
      treatMissingData: "notBreaching",
      alarmActions: [policy.arn],
    },
    options,
  );
}
