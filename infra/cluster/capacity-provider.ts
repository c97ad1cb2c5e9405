import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/**
 * Lets ECS start instances for tasks without room and terminate empty ones. The name is generated, because a replaced group
 * needs a new capacity provider.
 */
export function createCapacityProvider(
  name: string,
  group: aws.autoscaling.Group,
  options: pulumi.CustomResourceOptions,
): aws.ecs.CapacityProvider {
  return new aws.ecs.CapacityProvider(
    name,
    {
      autoScalingGroupProvider: {
        autoScalingGroupArn: group.arn,
        managedTerminationProtection: "ENABLED",
        managedDraining: "ENABLED",
        managedScaling: {
          status: "ENABLED",
          // No spare instance: the first job after a pause waits for one to boot.
          targetCapacity: 100,
          // Pause before the next scale-out. AWS's default is 300 s; these instances run tasks within 120 s.
          instanceWarmupPeriod: 120,
          minimumScalingStepSize: 1,
          maximumScalingStepSize: 10_000,
        },
      },
    },
    options,
  );
}
