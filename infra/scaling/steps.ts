import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { stepRules } from "../../autoscaler/policy/step-rules.ts";
import type { Config } from "../config.ts";
import type { JobQueue } from "../queue.ts";
import { tasksQueries, visibleQueries } from "./alarm-queries.ts";
import { createStepAlarm } from "./step-alarm.ts";
import type { ServiceNames } from "./target.ts";

/** Two step policies, one that scales out and one that scales in, each with its alarm on the length of the queue. */
export function createSteps(
  name: string,
  { config, queue }: { config: Config; queue: JobQueue },
  service: ServiceNames,
  target: aws.appautoscaling.Target,
  options: pulumi.CustomResourceOptions,
): void {
  const rules = stepRules(config);
  const metricQueries = queriesOf(config, queue, service);
  const out = {
    alarmDescription: "Many messages wait: adds tasks. No action is needed.",
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    metricQueries,
  };
  createStepAlarm(`${name}-step-out`, rules.out, out, target, options);
  const scaleIn = {
    alarmDescription: "Few messages have waited for minutes: removes tasks. No action is needed.",
    comparisonOperator: "LessThanOrEqualToThreshold",
    metricQueries,
  };
  createStepAlarm(`${name}-step-in`, rules.in, scaleIn, target, options);
}

/** The metric of both alarms. */
function queriesOf(config: Config, queue: JobQueue, service: ServiceNames) {
  const visible = visibleQueries(queue, config);
  if (config.stepMetric === "messages") {
    return visible.map((query) => (query.id === "visible" ? { ...query, label: "Messages", returnData: true } : query));
  }
  return [
    { id: "perTask", label: "Messages per task", expression: perTask, returnData: true },
    ...visible,
    ...tasksQueries(service),
  ];
}

/**
 * No datapoint in minutes for which one of the two counts has not arrived, or without tasks. The outer IF drops these minutes:
 * metric math reads a missing datapoint as 0 beside an existing one.
 */
const perTask = "IF((FILL(visible, -1) + 1) * FILL(tasks, 0) > 0, visible / tasks)";
