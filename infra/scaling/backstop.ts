import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { alarmAtWaitTargets, type BackstopPolicy, backstopPolicy } from "../../autoscaler/policy/backstop.ts";
import type { Config } from "../config.ts";
import type { JobQueue } from "../queue.ts";
import { heartbeatQuery, tasksQueries, visibleQuery } from "./alarm-queries.ts";
import { type ServiceNames, targetOf } from "./target.ts";

/**
 * Scales out, and never in, while the controller is silent and the tasks would need far longer than the wait target for what is
 * waiting. It stands on metrics of AWS's own and on the absence of a heartbeat. It knows only how long the operator expects a
 * job to run, so that beside a controller at work, which measures that, it would do harm. At zero tasks it rests: that is the
 * scale-from-zero alarm's.
 */
export function createBackstop(
  name: string,
  { config, queue }: { config: Config; queue: JobQueue },
  service: ServiceNames,
  target: aws.appautoscaling.Target,
  options: pulumi.CustomResourceOptions,
): void {
  const backstop = backstopPolicy({
    waitTargetSeconds: config.waitTargetSeconds,
    expectedServiceSeconds: config.expectedJobMilliseconds / 1_000,
    slots: config.slots,
  });
  const policy = new aws.appautoscaling.Policy(
    `${name}-backstop`,
    {
      ...targetOf(target),
      policyType: "StepScaling",
      stepScalingPolicyConfiguration: {
        adjustmentType: "ChangeInCapacity",
        metricAggregationType: "Maximum",
        cooldown: backstop.cooldownSeconds,
        stepAdjustments: backstop.steps.map(({ fromTasks, toTasks, addTasks }) => ({
          metricIntervalLowerBound: String(fromTasks),
          ...(toTasks === undefined ? {} : { metricIntervalUpperBound: String(toTasks) }),
          scalingAdjustment: addTasks,
        })),
      },
    },
    options,
  );
  new aws.cloudwatch.MetricAlarm(
    `${name}-backstop`,
    {
      alarmDescription:
        "The controller is silent, and the workers would need far longer than the wait target for the jobs that wait: orders more.",
      metricQueries: [
        { id: "missing", label: "Tasks missing", expression: missingExpression(backstop), returnData: true },
        heartbeatQuery(service),
        visibleQuery(queue.queue.name),
        ...tasksQueries(service),
      ],
      threshold: 0,
      comparisonOperator: "GreaterThanThreshold",
      datapointsToAlarm: backstop.datapointsToAlarm,
      evaluationPeriods: backstop.evaluationPeriods,
      // SQS publishes nothing of a queue that was idle for six hours: nothing waits in it.
      treatMissingData: "notBreaching",
      alarmActions: [policy.arn],
    },
    options,
  );
}

/**
 * `missingTasks` of the policy, 0 where there is a heartbeat, and a point only for minutes of which both counts have come. Metric
 * math counts a missing point as 0 beside one that is there, and IF is 0 where it holds and its series has no point: a
 * count that is late would read as none. So the outer IF drops those minutes: both counts are filled to make its condition 0.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
function missingExpression({ taskSecondsPerJob, waitTargetSeconds, secondsPerTask }: BackstopPolicy): string {
  const work = `visible * ${taskSecondsPerJob}`;
  const isTooMuch = `${work} > ${alarmAtWaitTargets * waitTargetSeconds} * tasks`;
  const missing = `IF(${isTooMuch}, (${work} - ${waitTargetSeconds} * tasks) / ${secondsPerTask}, 0)`;
  return `IF((FILL(visible, -1) + 1) * FILL(tasks, 0) > 0, IF(FILL(heartbeat, 0) > 0, 0, ${missing}))`;
}
