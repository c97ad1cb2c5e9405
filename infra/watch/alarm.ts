import type * as aws from "@pulumi/aws";

/** An alarm without what all alarms have in common. */
export type Alarm = Omit<aws.cloudwatch.MetricAlarmArgs, "alarmActions" | "okActions" | "alarmDescription"> & {
  /** The event that raised the alarm. */
  means: string;
  /** The operator's first step. */
  first: string;
  /** A period without data: counts as good, counts as bad, or does not change the alarm's state. */
  treatMissingData: "notBreaching" | "breaching" | "ignore";
};
