import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { hasController } from "../../contract/environment.ts";
import { metricDimensions, metricNames, metricNamespace } from "../../contract/metrics.ts";
import type { Alarm } from "./alarm.ts";
import type { Watched } from "./watched.ts";

/** Alarms for a controller, the worker service, and the delivery of its events. */
export function serviceAlarms(
  { config, cluster, worker }: Watched,
  rule: aws.cloudwatch.EventRule,
): Record<string, Alarm> {
  // Sluice's metrics and AWS's metrics of a service have the same dimensions.
  const service = metricDimensions({ clusterName: cluster.cluster.name, serviceName: worker.service.name });
  return {
    ...(hasController(config) ? { "controller-silent": controllerSilent(config.minuteMilliseconds, service) } : {}),
    "worker-cpu": {
      means: "The workers have used more than 70 % of the CPU they reserve for ten minutes.",
      first: "compare run times with expectedJobMilliseconds; raise taskCpu or lower slots.",
      ...utilization("CPUUtilization", 70, service),
    },
    "worker-memory": {
      means:
        "The workers have used more than 80 % of the memory they reserve for ten minutes; at 100 % the kernel kills tasks.",
      first: "raise taskMemoryMegabytes or lower slots; find the job type whose memory grows.",
      ...utilization("MemoryUtilization", 80, service),
    },
    "tasks-missing": {
      means: "For 15 minutes fewer workers have run than desired.",
      first: cluster.instances
        ? "check the service's events and stopped tasks, then the instances: maxInstances may be reached."
        : "check the service's events and stopped tasks, then the account's quota of vCPUs.",
      metricQueries: [
        // While nothing is wanted it has no point: a FILL alone always has one, and would hide that a metric is late.
        {
          id: "missing",
          expression: "IF(desired > 0, desired - FILL(running, 0))",
          label: "Tasks missing",
          returnData: true,
        },
        insight("desired", "DesiredTaskCount", service),
        insight("running", "RunningTaskCount", service),
      ],
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      evaluationPeriods: 15,
      // Container Insights publishes nothing for a service at zero tasks; then no task is missing.
      treatMissingData: "notBreaching",
    },
    "events-lost": {
      means: "EventBridge could not deliver an event of the worker service to this topic.",
      first: "check the topic's policy and its key's policy; the event itself is in the service's events.",
      namespace: "AWS/Events",
      metricName: "FailedInvocations",
      dimensions: { RuleName: rule.name },
      statistic: "Sum",
      period: 300,
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      evaluationPeriods: 1,
      // The metric exists for failures only.
      treatMissingData: "notBreaching",
    },
  };
}

function controllerSilent(minuteMilliseconds: number, dimensions: Record<string, pulumi.Input<string>>): Alarm {
  return {
    means:
      "The controller has published no heartbeat for three minutes in a row: the number of workers no longer follows the backlog.",
    first: "read the controller function's log: its last lines name what it could not read.",
    metricQueries: [
      // FILL gives each minute a value, so the alarm does not depend on how far CloudWatch looks back.
      { id: "ticks", expression: "FILL(heartbeat, 0)", label: "Ticks", returnData: true },
      {
        id: "heartbeat",
        metric: {
          namespace: metricNamespace,
          metricName: metricNames.heartbeat,
          dimensions,
          stat: "Sum",
          period: 60,
        },
      },
    ],
    comparisonOperator: "LessThanThreshold",
    threshold: 1,
    evaluationPeriods: silentMinutes(minuteMilliseconds),
    // A missing heartbeat is the fault that this alarm reports.
    treatMissingData: "breaching",
  };
}

/**
 * Minutes in a row without a heartbeat after which the controller counts as silent: three. Scheduler and Lambda do not retry a
 * failed invocation, so one missing minute is no outage. With minutes shorter than AWS's, as on the laptop, the controller's
 * process is no faster: then it takes as many minutes as make up 20 seconds, enough on a busy machine for a new process, a slow
 * tick and the lease of the previous run.
 */
function silentMinutes(minuteMilliseconds: number): number {
  return Math.max(fewestMinutes, Math.ceil(busyMachineMilliseconds / minuteMilliseconds));
}

const fewestMinutes = 3;
const busyMachineMilliseconds = 20_000;

/** Alarm on a metric of AWS/ECS in percent of what the tasks reserve. */
export function utilization(metricName: string, percent: number, dimensions: Record<string, pulumi.Input<string>>) {
  return {
    namespace: "AWS/ECS",
    metricName,
    dimensions,
    statistic: "Average",
    period: 300,
    comparisonOperator: "GreaterThanThreshold",
    threshold: percent,
    evaluationPeriods: 2,
    // ECS publishes it for running tasks only; tasks-missing covers a service without tasks.
    treatMissingData: "notBreaching" as const,
  };
}

function insight(id: string, metricName: string, dimensions: Record<string, pulumi.Input<string>>) {
  return { id, metric: { namespace: "ECS/ContainerInsights", metricName, dimensions, stat: "Average", period: 60 } };
}
