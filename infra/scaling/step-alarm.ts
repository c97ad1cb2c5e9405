import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { StepRule } from "../../autoscaler/policy/step-rules.ts";
import { targetOf } from "./target.ts";

/** A step policy, and the alarm whose action it is. Both have the same name. */
export function createStepAlarm(
  name: string,
  { adjustmentType, cooldownSeconds, steps, threshold, datapointsToAlarm, evaluationPeriods }: StepRule,
  alarm: Pick<aws.cloudwatch.MetricAlarmArgs, "alarmDescription" | "comparisonOperator" | "metricQueries">,
  target: aws.appautoscaling.Target,
  options: pulumi.CustomResourceOptions,
): void {
  const policy = new aws.appautoscaling.Policy(
    name,
    {
      ...targetOf(target),
      policyType: "StepScaling",
      stepScalingPolicyConfiguration: {
        adjustmentType,
        metricAggregationType: "Maximum",
        cooldown: cooldownSeconds,
        ...(adjustmentType === "PercentChangeInCapacity" ? { minAdjustmentMagnitude: 1 } : {}),
        stepAdjustments: steps.map(({ lowerBound, upperBound, adjustment }) => ({
          ...(lowerBound === undefined ? {} : { metricIntervalLowerBound: String(lowerBound) }),
          ...(upperBound === undefined ? {} : { metricIntervalUpperBound: String(upperBound) }),
          scalingAdjustment: adjustment,
        })),
      },
    },
    options,
  );
  new aws.cloudwatch.MetricAlarm(
    name,
    {
      ...alarm,
      threshold,
      datapointsToAlarm,
      evaluationPeriods,
      // Without counts nothing scales. SQS publishes no metrics for a queue that was idle for six hours; such a queue is empty.
      treatMissingData: "notBreaching",
      alarmActions: [policy.arn],
    },
    options,
  );
}
