import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { alarmAtWaitTargets, type BackstopPolicy, backstopPolicy } from "../../autoscaler/policy/backstop.ts";
import type { Config } from "../config.ts";
import type { JobQueue } from "../queue.ts";
import { heartbeatQuery, tasksQueries, visibleQueries } from "./alarm-queries.ts";
import { createStepAlarm } from "./step-alarm.ts";
import type { ServiceNames } from "./target.ts";

/**
 * The backstop: a step policy that scales out, and never in, while the controller's heartbeat is missing and the visible jobs
 * take far longer than the wait target. It uses AWS's own metrics and the expected service time, so it must not act beside a
 * working controller, which measures the service time. At zero tasks the scale-from-zero alarm acts instead.
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
  const steps = backstop.steps.map(({ fromTasks, toTasks, addTasks }) => ({
    lowerBound: fromTasks,
    upperBound: toTasks,
    adjustment: addTasks,
  }));
  createStepAlarm(
    `${name}-backstop`,
    { ...backstop, adjustmentType: "ChangeInCapacity", steps, threshold: 0 },
    {
      alarmDescription:
        "The controller is silent, and the visible jobs take the workers far longer than the wait target: adds tasks.",
      comparisonOperator: "GreaterThanThreshold",
      metricQueries: [
        { id: "missing", label: "Tasks missing", expression: missingExpression(backstop), returnData: true },
        heartbeatQuery(service),
        ...visibleQueries(queue, config),
        ...tasksQueries(service),
      ],
    },
    target,
    options,
  );
}

/**
 * `missingTasks` as metric math: 0 in minutes with a heartbeat, and no datapoint in minutes for which one of the two counts has
 * not arrived. Metric math reads a missing datapoint as 0 beside an existing one, and IF gives 0 when its condition holds and
 * its series has no datapoint: a late count would read as 0. So the outer IF drops these minutes: FILL makes its condition 0.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
function missingExpression({ taskSecondsPerJob, waitTargetSeconds, secondsPerTask }: BackstopPolicy): string {
  const work = `visible * ${taskSecondsPerJob}`;
  const isTooMuch = `${work} > ${alarmAtWaitTargets * waitTargetSeconds} * tasks`;
  const missing = `IF(${isTooMuch}, (${work} - ${waitTargetSeconds} * tasks) / ${secondsPerTask}, 0)`;
  return `IF((FILL(visible, -1) + 1) * FILL(tasks, 0) > 0, IF(FILL(heartbeat, 0) > 0, 0, ${missing}))`;
}
