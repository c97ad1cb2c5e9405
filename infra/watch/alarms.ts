import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { functionAlarms } from "./function-alarms.ts";
import { jobAlarms } from "./job-alarms.ts";
import { serviceAlarms } from "./service-alarms.ts";
import type { WatchArgs } from "./watch.ts";

/** One alarm, without what all have in common. */
export type Alarm = Omit<aws.cloudwatch.MetricAlarmArgs, "alarmActions" | "okActions" | "alarmDescription"> & {
  /** What it means. */
  means: string;
  /** What to do first. */
  first: string;
  /** Each period counts as good, counts as bad, or leaves the alarm as it is, when there is nothing to see. */
  treatMissingData: "notBreaching" | "breaching" | "ignore";
};

export type AlarmArgs = WatchArgs & { rule: aws.cloudwatch.EventRule };

/** Every alarm says when it starts and when it ends, at the one topic. */
export function createAlarms(
  name: string,
  args: AlarmArgs,
  topic: aws.sns.Topic,
  options: pulumi.CustomResourceOptions,
): void {
  const alarms = { ...jobAlarms(args), ...serviceAlarms(args), ...functionAlarms(args) };
  for (const [alarmName, { means, first, ...alarm }] of Object.entries(alarms)) {
    new aws.cloudwatch.MetricAlarm(
      `${name}-${alarmName}`,
      {
        ...alarm,
        alarmDescription: `${pulumi.getProject()} ${pulumi.getStack()}: ${means} First: ${first}`,
        alarmActions: [topic.arn],
        okActions: [topic.arn],
      },
      options,
    );
  }
}
