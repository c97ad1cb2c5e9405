import type * as pulumi from "@pulumi/pulumi";
import { silentMinutes } from "../../autoscaler/policy/silent-minutes.ts";
import { metricDimensions, metricNames, metricNamespace } from "../../contract/metrics.ts";
import type { Alarm, AlarmArgs } from "./alarms.ts";

/** What goes wrong on the road of a decision: the controller, the worker service, and who tells of them. */
export function serviceAlarms({ config, cluster, worker, rule }: AlarmArgs): Record<string, Alarm> {
  // Ours and AWS's own metrics of a service have the same dimensions.
  const service = metricDimensions({ clusterName: cluster.cluster.name, serviceName: worker.service.name });
  return {
    "controller-silent": {
      means:
        "For three minutes in a row the controller has decided nothing: the number of workers follows the backlog no more.",
      first: "read the controller function's log: its last lines say what it could not see.",
      metricQueries: [
        // Filled, each minute has its point, and the alarm does not hang on how far back CloudWatch looks for one.
        { id: "ticks", expression: "FILL(heartbeat, 0)", label: "Ticks", returnData: true },
        {
          id: "heartbeat",
          metric: {
            namespace: metricNamespace,
            metricName: metricNames.heartbeat,
            dimensions: service,
            stat: "Sum",
            period: 60,
          },
        },
      ],
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
      evaluationPeriods: silentMinutes(config.minuteMilliseconds),
      // Its absence is what this alarm is about.
      treatMissingData: "breaching",
    },
    "worker-cpu": {
      means: "The workers have used more than 70 % of the CPU they reserve for ten minutes.",
      first: "compare the jobs' times with expectedJobMilliseconds; give a task more CPU (taskCpu) or fewer slots.",
      ...utilization("CPUUtilization", 70, service),
    },
    "worker-memory": {
      means:
        "The workers have used more than 80 % of the memory they reserve for ten minutes; at 100 % tasks are killed.",
      first: "raise taskMemoryMegabytes or lower slots; look for a job type whose memory grows.",
      ...utilization("MemoryUtilization", 80, service),
    },
    "tasks-missing": {
      means: "For 15 minutes fewer workers have run than are wanted.",
      first:
        "look at the service's events and stopped tasks, then at the instances: at maxInstances nothing more fits.",
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
      // Container Insights says nothing of a service that sleeps: nothing is wanted, so nothing is missing.
      treatMissingData: "notBreaching",
    },
    "events-lost": {
      means: "EventBridge could not deliver an event of the worker service to this topic.",
      first: "look at the topic's policy, and at its key's if it has one; the event itself is in the service's events.",
      namespace: "AWS/Events",
      metricName: "FailedInvocations",
      dimensions: { RuleName: rule.name },
      statistic: "Sum",
      period: 300,
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      evaluationPeriods: 1,
      // Only failures are reported.
      treatMissingData: "notBreaching",
    },
  };
}

function utilization(metricName: string, percent: number, dimensions: Record<string, pulumi.Input<string>>) {
  return {
    namespace: "AWS/ECS",
    metricName,
    dimensions,
    statistic: "Average",
    period: 300,
    comparisonOperator: "GreaterThanThreshold",
    threshold: percent,
    evaluationPeriods: 2,
    // ECS reports it of running tasks only; none at all is another alarm's.
    treatMissingData: "notBreaching" as const,
  };
}

function insight(id: string, metricName: string, dimensions: Record<string, pulumi.Input<string>>) {
  return { id, metric: { namespace: "ECS/ContainerInsights", metricName, dimensions, stat: "Average", period: 60 } };
}
