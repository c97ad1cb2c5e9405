import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { scaleFromZero } from "../../autoscaler/policy/scale-from-zero.ts";
import { metricNames } from "../../contract/metrics.ts";
import type { JobQueue } from "../queue.ts";
import { heartbeatQuery, publishedQuery, tasksQueries, visibleQuery } from "./alarm-queries.ts";
import { type ServiceNames, targetOf } from "./target.ts";

/**
 * Orders a task for a job that no task is wanted for. Target tracking leaves a service at zero
 * while the metric is at its target or below, and a percentage of no tasks is none: a single job would wait for ever.
 * https://github.com/aws/copilot-cli/issues/3376
 */
export function createScaleFromZero(
  name: string,
  { queue }: Pick<JobQueue, "queue">,
  service: ServiceNames,
  target: aws.appautoscaling.Target,
  options: pulumi.CustomResourceOptions,
): void {
  const policy = new aws.appautoscaling.Policy(
    `${name}-from-zero`,
    {
      ...targetOf(target),
      policyType: "StepScaling",
      stepScalingPolicyConfiguration: {
        adjustmentType: "ChangeInCapacity",
        metricAggregationType: "Maximum",
        cooldown: scaleFromZero.cooldownSeconds,
        stepAdjustments: [{ metricIntervalLowerBound: "0", scalingAdjustment: scaleFromZero.addTasks }],
      },
    },
    options,
  );
  new aws.cloudwatch.MetricAlarm(
    `${name}-from-zero`,
    {
      alarmDescription: "Jobs wait and no worker is wanted: orders one. No action is needed of anybody.",
      metricQueries: [
        { id: "waiting", label: "Jobs that no worker will come to", expression, returnData: true },
        heartbeatQuery(service),
        publishedQuery("stranded", metricNames.strandedJobs, service),
        visibleQuery(queue.name),
        ...tasksQueries(service),
      ],
      threshold: 0,
      comparisonOperator: "GreaterThanThreshold",
      datapointsToAlarm: scaleFromZero.datapointsToAlarm,
      evaluationPeriods: scaleFromZero.evaluationPeriods,
      // SQS publishes nothing of a queue that was idle for six hours: nothing waits in it.
      treatMissingData: "notBreaching",
      alarmActions: [policy.arn],
    },
    options,
  );
}

/**
 * A controller at work counts at once what is stranded. Without its heartbeat AWS's own metrics stand in: the visible messages,
 * while no task was counted in the minutes that CloudWatch looks back over. Container Insights publishes nothing of a service
 * without tasks; REPEAT tells that from a count that is only late.
 */
const expression = "IF(FILL(heartbeat, 0) > 0, stranded, IF(FILL(FILL(tasks, REPEAT), 0) > 0, 0, visible))";
