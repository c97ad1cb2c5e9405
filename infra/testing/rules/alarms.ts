import { input, setting } from "./reading.ts";
import type { Rule } from "./rule.ts";

const types = ["aws:cloudwatch/metricAlarm:MetricAlarm"];

export const alarmRules: Rule[] = [
  {
    ids: ["CKV_AWS_319"],
    says: "does something",
    types,
    holds: (resource) =>
      input(resource, "actionsEnabled") !== false && ((input(resource, "alarmActions") ?? []) as unknown[]).length > 0,
    spoil: setting("alarmActions", []),
  },
  {
    ids: ["sluice-alarm-missing-data"],
    says: "has decided what it means to see nothing",
    types,
    holds: (resource) => ["notBreaching", "breaching", "ignore"].includes(String(input(resource, "treatMissingData"))),
    spoil: setting("treatMissingData", undefined),
  },
  {
    ids: ["sluice-alarm-described"],
    says: "says what it means, within the 1024 characters CloudWatch takes",
    types,
    holds: (resource) => {
      const { length } = String(input(resource, "alarmDescription") ?? "");
      return length > 40 && length <= 1024;
    },
    spoil: setting("alarmDescription", ""),
  },
  {
    ids: ["sluice-alarm-silence-of-a-heartbeat"],
    says: "takes the absence of what must always be there for the trouble it is",
    types,
    holds: (resource) =>
      !String(input(resource, "comparisonOperator")).startsWith("LessThan") ||
      input(resource, "treatMissingData") === "breaching",
    spoil: (resource) => {
      setting("comparisonOperator", "LessThanThreshold")(resource);
      setting("treatMissingData", "notBreaching")(resource);
    },
  },
];
