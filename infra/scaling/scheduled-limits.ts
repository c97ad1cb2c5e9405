import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { awsCron, limitsOf, type TaskLimits, type TaskSchedule } from "../../contract/task-schedules.ts";
import { targetOf } from "./target.ts";

/**
 * A scheduled action for each entry. Each sets both limits: AWS refuses a minimum above the maximum that is in force, and a
 * controller may have raised the minimum.
 * https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-policy-overview.html
 */
export function createScheduledLimits(
  name: string,
  schedules: readonly TaskSchedule[],
  own: TaskLimits,
  target: aws.appautoscaling.Target,
  options: pulumi.CustomResourceOptions,
): void {
  for (const [index, schedule] of schedules.entries()) {
    const { minTasks, maxTasks } = limitsOf(schedule, own);
    new aws.appautoscaling.ScheduledAction(
      `${name}-${index}`,
      {
        ...targetOf(target),
        schedule: awsCron(schedule.cron),
        timezone: schedule.timeZone,
        scalableTargetAction: { minCapacity: minTasks, maxCapacity: maxTasks },
      },
      options,
    );
  }
}
