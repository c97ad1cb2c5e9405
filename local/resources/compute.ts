import { randomUUID } from "node:crypto";
import { z } from "zod";
import { instanceSize, reservedMebibytes } from "../../contract/instance-types.ts";
import type { Room } from "../../simulator/model/capacity/instance.ts";
import { noEffect, type ResourceHandler, resource } from "./resource.ts";

const noMachine = "an instance is so much room for tasks, not a machine";

/** EC2 capacity: instances come and go as on AWS, and their tasks are processes of this machine. */
export const compute: Record<string, ResourceHandler> = {
  "aws:ec2/launchTemplate:LaunchTemplate": resource(
    z.strictObject({
      imageId: noEffect(noMachine),
      instanceType: z.string(),
      iamInstanceProfile: noEffect(noMachine),
      vpcSecurityGroupIds: noEffect(noMachine),
      updateDefaultVersion: noEffect("there is one version"),
      monitoring: noEffect(noMachine),
      metadataOptions: noEffect(noMachine),
      blockDeviceMappings: noEffect(noMachine),
      tagSpecifications: noEffect("tags are not kept"),
      userData: noEffect(noMachine),
    }),
    ({ inputs, physicalName, cloud }) => {
      const id = `lt-${physicalName}`;
      cloud.launchTemplates.set(id, roomOf(inputs.instanceType));
      return { id, outputs: { latestVersion: 1, name: physicalName } };
    },
  ),
  "aws:autoscaling/group:Group": resource(
    z
      .strictObject({
        vpcZoneIdentifiers: z.array(z.string()).min(1),
        launchTemplate: z.strictObject({ id: z.string(), version: noEffect("there is one version") }).optional(),
        mixedInstancesPolicy: z
          .strictObject({
            instancesDistribution: noEffect("no instance is a Spot instance, which AWS would take back"),
            launchTemplate: z.strictObject({
              launchTemplateSpecification: z.strictObject({
                launchTemplateId: z.string(),
                version: noEffect("there is one version"),
              }),
              overrides: noEffect("all instances are of the launch template's type"),
            }),
          })
          .optional(),
        minSize: z.int().min(0),
        maxSize: z.int().min(0),
        protectFromScaleIn: z.boolean().default(false),
        capacityRebalance: noEffect("no instance is a Spot instance, which AWS would take back"),
        forceDelete: noEffect("the group goes with the cloud"),
        enabledMetrics: noEffect("the group publishes no metrics"),
        metricsGranularity: noEffect("the group publishes no metrics"),
        tags: z
          .array(
            z.strictObject({
              key: z.string(),
              value: z.string(),
              propagateAtLaunch: noEffect("instances have no tags"),
            }),
          )
          .default([]),
      })
      .refine(({ minSize, maxSize }) => minSize <= maxSize, "expected a minSize of at most maxSize"),
    ({ inputs, physicalName, cloud }) => {
      const template =
        inputs.launchTemplate?.id ??
        inputs.mixedInstancesPolicy?.launchTemplate.launchTemplateSpecification.launchTemplateId;
      const room = cloud.launchTemplates.get(template ?? "");
      if (!room) throw new Error(`expected the id of a launch template; came "${template ?? ""}"`);
      const [first = "a", ...others] = inputs.vpcZoneIdentifiers.map((_, index) => zoneName(cloud.place.region, index));
      const { region, accountId } = cloud.place;
      const arn = `arn:aws:autoscaling:${region}:${accountId}:autoScalingGroup:${randomUUID()}:autoScalingGroupName/${physicalName}`;
      const tags = Object.fromEntries(inputs.tags.map(({ key, value }) => [key, value]));
      cloud.autoScalingGroups.set(arn, {
        group: { name: physicalName, arn, tags },
        room,
        minimum: inputs.minSize,
        maximum: inputs.maxSize,
        availabilityZones: [first, ...others],
        protectsInstances: inputs.protectFromScaleIn,
      });
      return { id: physicalName, outputs: { arn, name: physicalName } };
    },
  ),
};

/** What an instance of the type has for tasks, once its operating system and its agent have theirs. */
function roomOf(instanceType: string): Room {
  const size = instanceSize(instanceType);
  if (!size) {
    throw new Error(
      `instance type ${instanceType} is unknown to the laptop cloud, which knows the common t, c, m and r types, such as t4g.medium`,
    );
  }
  // Tasks share their instance's network: ports and network interfaces run out for none.
  return { ...size, memoryMebibytes: size.memoryMebibytes - reservedMebibytes(size), slots: Number.POSITIVE_INFINITY };
}

/** A subnet lies in one zone, and the program has one in each. */
function zoneName(region: string, index: number): string {
  return `${region}${String.fromCharCode("a".charCodeAt(0) + index)}`;
}
