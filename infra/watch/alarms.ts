import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { backupAlarms } from "./backup-alarms.ts";
import { functionAlarms } from "./function-alarms.ts";
import { jobAlarms } from "./job-alarms.ts";
import { queryAlarms } from "./query-alarms.ts";
import { serviceAlarms } from "./service-alarms.ts";
import type { Watched } from "./watched.ts";

/** Every alarm notifies the topic when it starts and when it ends. */
export function createAlarms(
  name: string,
  watched: Watched,
  rule: aws.cloudwatch.EventRule,
  topic: aws.sns.Topic,
  options: pulumi.CustomResourceOptions,
): void {
  const alarms = {
    ...jobAlarms(watched),
    ...serviceAlarms(watched, rule),
    ...functionAlarms(watched),
    ...queryAlarms(watched),
    ...backupAlarms(watched),
  };
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
