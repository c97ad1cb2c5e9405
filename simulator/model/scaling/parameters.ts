const roadmap = "[C] github.com/aws/containers-roadmap/issues/1208";
const guide = "docs.aws.amazon.com/AmazonECS/latest/developerguide";
const tracking =
  "docs.aws.amazon.com/autoscaling/application/APIReference/API_TargetTrackingScalingPolicyConfiguration.html: ECS 300 s";
const missingData = "docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html";

/** Every number of the scaling model with where it comes from; `defaults` are the bare values. */
export const parameters = {
  alarmHighDatapoints: { value: 3, source: `${roadmap}: AlarmHigh 3 of 3` },
  alarmLowDatapoints: {
    value: 15,
    source: `${roadmap}: AlarmLow 15 of 15; terraform-provider-aws/issues/42553 saw 3 of 3 on a custom metric`,
  },
  trackingPeriodMilliseconds: {
    value: 60_000,
    source: `${roadmap}: 1 minute, not editable`,
  },
  highResolutionPeriodMilliseconds: {
    value: 20_000,
    source: `[A] ${guide}/target-tracking-faster-auto-scaling.html: 20 s`,
  },
  highResolutionAlarmLowDatapoints: {
    value: 30,
    source: "[C] github.com/radkawar/stackd: low 30 x 20 s; AWS publishes no count",
  },
  alarmLowShareOfTarget: {
    value: 0.9,
    source: "[C] github.com/radkawar/stackd: target * 0.9; AWS says only that scale-in is usually more than 10 % lower",
  },
  wakeTasks: {
    value: 1,
    source: `[A] ${guide}/service-autoscaling-targettracking.html: from 0, out by the minimum possible amount`,
  },
  scaleOutCooldownMilliseconds: {
    value: 300_000,
    source: `[A] ${tracking}`,
  },
  scaleInCooldownMilliseconds: {
    value: 300_000,
    source: `[A] ${tracking}`,
  },
  stepCooldownMilliseconds: {
    value: 300_000,
    source: "[A] botocore StepScalingPolicyConfiguration.Cooldown: ECS 300 s",
  },
  stepsPerPolicyCount: { value: 20, source: "[A23] Application Auto Scaling quotas: 20 step adjustments a policy" },
  standardEvaluationMilliseconds: {
    value: 60_000,
    source: "[A] botocore PutMetricAlarm: periods of 60 s and more are evaluated every minute",
  },
  highResolutionEvaluationMilliseconds: {
    value: 10_000,
    source: "[A] botocore PutMetricAlarm: 10 and 30 s alarms every 10 s; for 20 s only a third party says so [C]",
  },
  alarmActionRepeatMilliseconds: {
    value: 60_000,
    source:
      "[A23] repost.aws/knowledge-center/cloudwatch-alarms-trigger-actions: Auto Scaling actions once a minute while in ALARM",
  },
  evaluationRangeExtraPeriods: {
    value: 2,
    source: `[A] ${missingData}: 5 points for 3 of 3; AWS gives no other figure, so N + 2 elsewhere is an assumption [?]`,
  },
  evaluationSpanLimitMilliseconds: {
    value: 86_400_000,
    source: "[A] botocore PutMetricAlarm: EvaluationPeriods * Period at most a day where Period is under an hour",
  },
} as const satisfies Record<string, Parameter>;

/** A number of the model, and the text or address that says so. */
export interface Parameter {
  readonly value: number;
  readonly source: string;
}

export type ParameterName = keyof typeof parameters;

/** The values alone, ready to be spread over and overridden. */
export const defaults: Readonly<Record<ParameterName, number>> = Object.fromEntries(
  Object.entries(parameters).map(([name, parameter]) => [name, parameter.value]),
) as Record<ParameterName, number>;
