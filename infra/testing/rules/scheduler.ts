import { input, setting } from "./reading.ts";
import type { Rule } from "./rule.ts";

const types = ["aws:scheduler/schedule:Schedule"];

export const schedulerRules: Rule[] = [
  {
    ids: ["CKV_AWS_297"],
    says: "is encrypted with a key of the stack's own",
    types,
    holds: (resource) => Boolean(input(resource, "kmsKeyArn")),
  },
  {
    ids: ["sluice-schedule-never-late"],
    says: "is never late: what failed or waited a minute is left to the next firing",
    types,
    holds: (resource) =>
      input(resource, "target.retryPolicy.maximumRetryAttempts") === 0 &&
      Number(input(resource, "target.retryPolicy.maximumEventAgeInSeconds")) <= 60,
    spoil: setting("target.retryPolicy", undefined),
  },
  {
    ids: ["sluice-event-target-without-role"],
    says: "publishes by the topic's own policy: with a role as well, EventBridge may fail to deliver",
    types: ["aws:cloudwatch/eventTarget:EventTarget"],
    holds: (resource) => input(resource, "roleArn") === undefined,
    spoil: setting("roleArn", "arn:aws:iam::123456789012:role/events"),
  },
];
