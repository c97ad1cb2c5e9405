import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { hasController } from "../../contract/environment.ts";
import { metricDimensions, metricNames, metricNamespace } from "../../contract/metrics.ts";
import type { Config } from "../config.ts";

export type ServiceNames = { clusterName: pulumi.Output<string>; serviceName: pulumi.Output<string> };

/**
 * The scalable target. A controller raises its minimum capacity above `minTasks`, and schedules move both limits. An update of
 * the stack leaves alone what others change: it would undo a schedule until its next time.
 */
export function createTarget(
  name: string,
  config: Pick<Config, "scalingMode" | "minTasks" | "maxTasks" | "taskSchedules">,
  { clusterName, serviceName }: ServiceNames,
  options: pulumi.CustomResourceOptions,
): aws.appautoscaling.Target {
  return new aws.appautoscaling.Target(
    name,
    {
      serviceNamespace: "ecs",
      resourceId: pulumi.interpolate`service/${clusterName}/${serviceName}`,
      scalableDimension: "ecs:service:DesiredCount",
      minCapacity: config.minTasks,
      maxCapacity: config.scalingMode === "fixed" ? config.minTasks : config.maxTasks,
    },
    { ...options, ignoreChanges: changedByOthers(config) },
  );
}

function changedByOthers(config: Pick<Config, "scalingMode" | "taskSchedules">): string[] {
  if (config.taskSchedules.length > 0) return ["minCapacity", "maxCapacity"];
  // The controller applies a changed minTasks, which it reads from its environment.
  return hasController(config) ? ["minCapacity"] : [];
}

/**
 * Target tracking that keeps NeedPercent at 100. In tracking mode it alone sets the desired count. In steering mode the
 * controller keeps the metric at 100, and this policy acts only when the controller's own calls fail.
 */
export function trackNeed(
  name: string,
  config: Pick<Config, "trackingScaleOutCooldownSeconds" | "trackingScaleInCooldownSeconds">,
  service: ServiceNames,
  target: aws.appautoscaling.Target,
  options: pulumi.CustomResourceOptions,
): void {
  new aws.appautoscaling.Policy(
    `${name}-need`,
    {
      ...targetOf(target),
      policyType: "TargetTrackingScaling",
      targetTrackingScalingPolicyConfiguration: {
        targetValue: 100,
        scaleOutCooldown: config.trackingScaleOutCooldownSeconds,
        scaleInCooldown: config.trackingScaleInCooldownSeconds,
        customizedMetricSpecification: {
          namespace: metricNamespace,
          metricName: metricNames.needPercent,
          statistic: "Average",
          dimensions: Object.entries(metricDimensions(service)).map(([key, value]) => ({ name: key, value })),
        },
      },
    },
    options,
  );
}

/** Taken from the target resource, so that policies are created after it and destroyed before it. */
export function targetOf({ serviceNamespace, resourceId, scalableDimension }: aws.appautoscaling.Target) {
  return { serviceNamespace, resourceId, scalableDimension };
}
