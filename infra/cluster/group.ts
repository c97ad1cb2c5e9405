import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { hasController } from "../../contract/environment.ts";
import type { Config } from "../config.ts";
import type { Network } from "../network.ts";
import { stackTags } from "../tags.ts";

export interface GroupArgs {
  config: Pick<Config, "instanceType" | "maxInstances" | "spotPercent" | "spotInstanceTypes" | "scalingMode">;
  network: Pick<Network, "privateSubnetIds" | "egressResources">;
}

/**
 * The Auto Scaling group of the instances. The capacity provider sets its desired capacity, and a controller its minimum
 * size. A scaling policy of the group's own would work against both.
 */
export function createGroup(
  name: string,
  { config, network }: GroupArgs,
  launchTemplate: aws.ec2.LaunchTemplate,
  options: pulumi.CustomResourceOptions,
): aws.autoscaling.Group {
  return new aws.autoscaling.Group(
    name,
    {
      vpcZoneIdentifiers: network.privateSubnetIds,
      ...machines(config, launchTemplate),
      minSize: 0,
      maxSize: config.maxInstances,
      protectFromScaleIn: true,
      // Rebalancing replaces a Spot instance on a mere risk of interruption and cuts off jobs that might have ended. The
      // two-minute interruption notice drains the instance in any case and returns its jobs to the queue.
      capacityRebalance: false,
      // Without this a destroy waits forever: only the capacity provider removes scale-in protection, and it goes first.
      // Instances hold no data.
      forceDelete: true,
      // These cost nothing.
      enabledMetrics: [
        "GroupMinSize",
        "GroupDesiredCapacity",
        "GroupInServiceInstances",
        "GroupPendingInstances",
        "GroupTerminatingInstances",
      ],
      metricsGranularity: "1Minute",
      tags: [
        // ECS adds this tag itself. Without it here, the next update would remove it.
        { key: "AmazonECSManaged", value: "true", propagateAtLaunch: true },
        // Instances get these from the launch template.
        ...Object.entries(stackTags()).map(([key, value]) => ({ key, value, propagateAtLaunch: false })),
      ],
    },
    {
      ...options,
      dependsOn: network.egressResources,
      ignoreChanges: ["desiredCapacity", ...(hasController(config) ? ["minSize"] : [])],
      customTimeouts: { delete: "30m" },
    },
  );
}

/** On-Demand instances of one type, or a share of Spot instances of several types, chosen by price and capacity. */
function machines(
  config: Pick<GroupArgs["config"], "instanceType" | "spotPercent" | "spotInstanceTypes">,
  launchTemplate: aws.ec2.LaunchTemplate,
): Pick<aws.autoscaling.GroupArgs, "launchTemplate" | "mixedInstancesPolicy"> {
  const version = launchTemplate.latestVersion.apply(String);
  if (config.spotPercent === 0) return { launchTemplate: { id: launchTemplate.id, version } };
  return {
    mixedInstancesPolicy: {
      instancesDistribution: {
        onDemandBaseCapacity: 0,
        onDemandPercentageAboveBaseCapacity: 100 - config.spotPercent,
        spotAllocationStrategy: "price-capacity-optimized",
      },
      launchTemplate: {
        launchTemplateSpecification: { launchTemplateId: launchTemplate.id, version },
        overrides: [config.instanceType, ...config.spotInstanceTypes].map((instanceType) => ({ instanceType })),
      },
    },
  };
}
