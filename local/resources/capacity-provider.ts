import * as z from "zod";
import { type CapacityDefinition, managedScalingDefaults } from "../ecs/capacity.ts";

/** The part of a capacity provider that comes from its Auto Scaling group. */
export type AutoScalingGroupDefinition = Pick<
  CapacityDefinition,
  "group" | "room" | "minimum" | "maximum" | "availabilityZones" | "protectsInstances"
>;

const { targetCapacityPercent, warmupSeconds, stepMinimum, stepMaximum } = managedScalingDefaults;

/** AWS's ranges: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ManagedScaling.html */
export const capacityProviderSchema = z.strictObject({
  autoScalingGroupProvider: z.strictObject({
    autoScalingGroupArn: z.string(),
    managedTerminationProtection: z.enum(["ENABLED", "DISABLED"]).default("DISABLED"),
    managedDraining: z.enum(["ENABLED", "DISABLED"]).default("ENABLED"),
    managedScaling: z.strictObject({
      status: z.enum(["ENABLED", "DISABLED"]),
      targetCapacity: z.int().min(1).max(100).default(targetCapacityPercent),
      instanceWarmupPeriod: z.int().min(0).max(10_000).default(warmupSeconds),
      minimumScalingStepSize: z.int().min(1).max(10_000).default(stepMinimum),
      maximumScalingStepSize: z.int().min(1).max(10_000).default(stepMaximum),
    }),
  }),
});

/** Creates a capacity provider, and refuses what AWS refuses. */
export function capacityProvider(
  name: string,
  { autoScalingGroupProvider: inputs }: z.infer<typeof capacityProviderSchema>,
  groups: ReadonlyMap<string, AutoScalingGroupDefinition>,
): CapacityDefinition {
  const group = groups.get(inputs.autoScalingGroupArn);
  if (!group) throw new Error(`expected the ARN of an Auto Scaling group; came "${inputs.autoScalingGroupArn}"`);
  const isManaged = inputs.managedScaling.status === "ENABLED";
  const releasesEmptyInstances = inputs.managedTerminationProtection === "ENABLED";
  if (releasesEmptyInstances && !(isManaged && group.protectsInstances)) {
    throw new Error(
      "managed termination protection needs managed scaling and an Auto Scaling group with protectFromScaleIn",
    );
  }
  const scaling = {
    targetCapacityPercent: inputs.managedScaling.targetCapacity,
    warmupSeconds: inputs.managedScaling.instanceWarmupPeriod,
    stepMinimum: inputs.managedScaling.minimumScalingStepSize,
    stepMaximum: inputs.managedScaling.maximumScalingStepSize,
  };
  return {
    providerName: name,
    ...group,
    releasesEmptyInstances,
    drains: inputs.managedDraining === "ENABLED",
    ...(isManaged ? { managedScaling: scaling } : {}),
  };
}
