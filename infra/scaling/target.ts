import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { metricDimensions, metricNames, metricNamespace } from "../../contract/metrics.ts";
import type { Config } from "../config.ts";

export type ServiceNames = { clusterName: pulumi.Output<string>; serviceName: pulumi.Output<string> };

/** The scalable target. The controller raises its minimum capacity above `minTasks`; nothing changes its maximum. */
export function createTarget(
  name: string,
  config: Pick<Config, "minTasks" | "maxTasks">,
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
      maxCapacity: config.maxTasks,
    },
    // The controller applies a changed minTasks, which it reads from its environment.
    { ...options, ignoreChanges: ["minCapacity"] },
  );
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
