import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { metricDimensions, metricNames, metricNamespace } from "../../contract/metrics.ts";
import type { Config } from "../config.ts";

export type ServiceNames = { clusterName: pulumi.Output<string>; serviceName: pulumi.Output<string> };

/** The scalable target of the service. The operator sets MaxCapacity; the controller moves MinCapacity, never below minTasks. */
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
    // The controller sets it. A changed minTasks reaches the controller through its environment.
    { ...options, ignoreChanges: ["minCapacity"] },
  );
}

/**
 * A target tracking policy that keeps NeedPercent at 100. In steering mode the metric stays there, so the policy acts only if
 * the controller's own scaling calls fail. In tracking mode it scales the service.
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

/** From the target, so that it exists before its policies and outlives them. */
export function targetOf({ serviceNamespace, resourceId, scalableDimension }: aws.appautoscaling.Target) {
  return { serviceNamespace, resourceId, scalableDimension };
}
