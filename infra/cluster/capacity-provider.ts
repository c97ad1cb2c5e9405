import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** Lets ECS start an instance when a task finds no room, and end one that carries none. It has no fixed name: a new group needs a new one. */
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
          // No instance stands by empty: the first job after a pause waits for one to boot.
          targetCapacity: 100,
          // A second wave waits for the first to warm up. AWS presumes 300; an instance of ours is in use within two minutes.
          instanceWarmupPeriod: 120,
          minimumScalingStepSize: 1,
          maximumScalingStepSize: 10_000,
        },
      },
    },
    options,
  );
}
