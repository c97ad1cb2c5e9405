import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config.ts";
import { createScheduledLimits } from "../scaling/scheduled-limits.ts";
import { targetOf } from "../scaling/target.ts";
import type { Balancer } from "./balancer.ts";

export interface QueryScalingArgs {
  config: Config;
  cluster: aws.ecs.Cluster;
  service: aws.ecs.Service;
  balancer: Pick<Balancer, "loadBalancer" | "targetGroup">;
}

/** Target tracking on the tasks' CPU or on the load balancer's requests per task, and limits on a schedule. */
export function scaleQueryService(
  name: string,
  { config, cluster, service, balancer }: QueryScalingArgs,
  options: pulumi.CustomResourceOptions,
): void {
  const target = new aws.appautoscaling.Target(
    name,
    {
      serviceNamespace: "ecs",
      resourceId: pulumi.interpolate`service/${cluster.name}/${service.name}`,
      scalableDimension: "ecs:service:DesiredCount",
      minCapacity: config.queryMinTasks,
      maxCapacity: config.queryMaxTasks,
    },
    // Schedules change the limits. An update would undo it until the next scheduled time.
    { ...options, ignoreChanges: config.querySchedules.length > 0 ? ["minCapacity", "maxCapacity"] : [] },
  );
  new aws.appautoscaling.Policy(
    name,
    {
      ...targetOf(target),
      policyType: "TargetTrackingScaling",
      targetTrackingScalingPolicyConfiguration: {
        scaleOutCooldown: 60,
        scaleInCooldown: 300,
        ...(config.queryScaling === "cpu"
          ? {
              targetValue: cpuPercent,
              predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
            }
          : {
              targetValue: config.queryRequestsPerTask,
              predefinedMetricSpecification: {
                predefinedMetricType: "ALBRequestCountPerTarget",
                resourceLabel: pulumi.interpolate`${balancer.loadBalancer.arnSuffix}/${balancer.targetGroup.arnSuffix}`,
              },
            }),
      },
    },
    options,
  );
  const own = { minTasks: config.queryMinTasks, maxTasks: config.queryMaxTasks };
  createScheduledLimits(name, config.querySchedules, own, target, options);
}

/** Below the alarm at 70 %. */
const cpuPercent = 50;
