import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { alarmPeriodSeconds } from "../../autoscaler/policy/backstop.ts";
import { type MetricName, metricDimensions, metricNames, metricNamespace } from "../../contract/metrics.ts";
import type { Config } from "../config.ts";
import type { JobQueue } from "../queue.ts";
import type { ServiceNames } from "./target.ts";

type Query = aws.types.input.cloudwatch.MetricAlarmMetricQuery;

/** `heartbeat`: a datapoint in each minute in which the controller decided. */
export function heartbeatQuery(service: ServiceNames): Query {
  return publishedQuery("heartbeat", metricNames.heartbeat, service);
}

/** A metric that the controller publishes. */
export function publishedQuery(id: string, metricName: MetricName, service: ServiceNames): Query {
  return query(id, metricNamespace, metricName, metricDimensions(service));
}

/**
 * `visible`: SQS's count of the visible messages of all queues. Of the messages of a type with a limit, at most as many count as
 * its limit can start within the wait target, by the expected service time: more workers do not help the others.
 */
export function visibleQueries(
  { queue, others }: Pick<JobQueue, "queue" | "others">,
  { waitTargetSeconds, expectedJobMilliseconds }: Pick<Config, "waitTargetSeconds" | "expectedJobMilliseconds">,
): Query[] {
  const jobsPerSlot = Math.max(1, (waitTargetSeconds * 1_000) / expectedJobMilliseconds);
  const count = (id: string, { name }: JobQueue["queue"]) =>
    query(id, "AWS/SQS", "ApproximateNumberOfMessagesVisible", { QueueName: name });
  if (others.length === 0) return [count("visible", queue)];
  const limited = others.map(({ concurrency, queue }, index) => {
    if (concurrency === undefined) return { id: "ordered", queue, expression: "ordered" };
    const most = Math.ceil(concurrency * jobsPerSlot);
    return { id: `limited${index}`, queue, expression: `IF(limited${index} > ${most}, ${most}, limited${index})` };
  });
  // A missing datapoint counts as 0 beside an existing one: SQS publishes none for a queue that was idle for six hours.
  const expression = ["standard", ...limited.map((each) => each.expression)].join(" + ");
  return [{ id: "visible", expression }, count("standard", queue), ...limited.map(({ id, queue }) => count(id, queue))];
}

/** `tasks`: the larger of running and desired tasks. No datapoint if Container Insights has published neither. */
export function tasksQueries(service: ServiceNames): Query[] {
  const insight = (id: string, metricName: string) =>
    query(id, "ECS/ContainerInsights", metricName, metricDimensions(service));
  return [
    { id: "tasks", expression: "MAX([running, desired])" },
    insight("running", "RunningTaskCount"),
    insight("desired", "DesiredTaskCount"),
  ];
}

function query(
  id: string,
  namespace: string,
  metricName: string,
  dimensions: Record<string, pulumi.Input<string>>,
): Query {
  return { id, metric: { namespace, metricName, dimensions, stat: "Maximum", period: alarmPeriodSeconds } };
}
