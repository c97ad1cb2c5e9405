import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { scaleFromZero } from "../../autoscaler/policy/scale-from-zero.ts";
import { metricNames } from "../../contract/metrics.ts";
import type { Config } from "../config.ts";
import type { JobQueue } from "../queue.ts";
import { heartbeatQuery, publishedQuery, tasksQueries, visibleQueries } from "./alarm-queries.ts";
import { createStepAlarm } from "./step-alarm.ts";
import type { ServiceNames } from "./target.ts";

/**
 * An alarm and a step policy that add one task when jobs wait at a desired count of 0. Target tracking does not scale from zero
 * while its metric is at the target or below, and the backstop does nothing at zero: a single job would wait forever.
 * https://github.com/aws/copilot-cli/issues/3376
 */
export function createScaleFromZero(
  name: string,
  { config, queue }: { config: Config; queue: JobQueue },
  service: ServiceNames,
  target: aws.appautoscaling.Target,
  options: pulumi.CustomResourceOptions,
): void {
  const steps = [{ lowerBound: 0, upperBound: undefined, adjustment: scaleFromZero.addTasks }];
  createStepAlarm(
    `${name}-from-zero`,
    { ...scaleFromZero, adjustmentType: "ChangeInCapacity", steps, threshold: 0 },
    {
      alarmDescription: "Jobs wait while the desired count is 0: adds one task. No action is needed.",
      comparisonOperator: "GreaterThanThreshold",
      metricQueries: [
        { id: "waiting", label: "Jobs waiting at zero tasks", expression, returnData: true },
        heartbeatQuery(service),
        publishedQuery("stranded", metricNames.strandedJobs, service),
        ...visibleQueries(queue, config),
        ...tasksQueries(service),
      ],
    },
    target,
    options,
  );
}

/**
 * With a heartbeat: the controller's StrandedJobs. Without one: SQS's visible messages, while no task was counted in the minutes
 * that CloudWatch looks back over. Container Insights publishes nothing for a service without tasks; REPEAT tells that from a
 * count that is only late.
 */
const expression = "IF(FILL(heartbeat, 0) > 0, stranded, IF(FILL(FILL(tasks, REPEAT), 0) > 0, 0, visible))";
