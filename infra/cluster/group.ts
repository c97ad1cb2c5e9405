import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { ClusterArgs } from "../cluster.ts";
import { stackTags } from "../tags.ts";

/**
 * The instances. How many there are is the capacity provider's to say, above the least that the controller sets; policies of
 * our own would quarrel with it.
 */
export function createGroup(
  name: string,
  { config, network }: ClusterArgs,
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
      // A warning of two minutes drains the instance and hands its jobs back. To replace it on a mere risk, as rebalancing
      // does, would cut off jobs that might have ended.
      capacityRebalance: false,
      // Instances hold no data. Without it a destroy waits for ever: nobody lifts the protection once the provider is gone.
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
        // ECS adds this tag itself; unstated, the next update would take it away again.
        { key: "AmazonECSManaged", value: "true", propagateAtLaunch: true },
        // Instances have these from the launch template.
        ...Object.entries(stackTags()).map(([key, value]) => ({ key, value, propagateAtLaunch: false })),
      ],
    },
    {
      ...options,
      dependsOn: network.waysOut,
      ignoreChanges: ["desiredCapacity", "minSize"],
      customTimeouts: { delete: "30m" },
    },
  );
}

/** One type on demand, or a share of Spot instances of whichever type is least likely to be taken back for its price. */
function machines(
  config: Pick<ClusterArgs["config"], "instanceType" | "spotPercent" | "spotInstanceTypes">,
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
