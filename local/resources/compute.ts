import { randomUUID } from "node:crypto";
import * as z from "zod";
import { instanceSize, reservedMebibytes } from "../../contract/instance-types.ts";
import type { Room } from "../../simulator/model/capacity/instance.ts";
import { arnOf } from "../gateway/account.ts";
import { noEffect, noEffects, type ResourceHandler, resource } from "./resource.ts";

const noMachine = "an instance is an amount of CPU and memory for tasks, not a machine";
const noSpot = "no instance is a Spot instance";

/** EC2 capacity: instances come and go as on AWS, and their tasks are processes of this machine. */
export const compute: Record<string, ResourceHandler> = {
  "aws:ec2/launchTemplate:LaunchTemplate": resource(
    z.strictObject({
      instanceType: z.string(),
      ...noEffects(noMachine, "imageId", "iamInstanceProfile", "vpcSecurityGroupIds", "monitoring", "userData"),
      ...noEffects(noMachine, "metadataOptions", "blockDeviceMappings"),
      updateDefaultVersion: noEffect("there is one version"),
      tagSpecifications: noEffect("tags are not kept"),
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
            instancesDistribution: noEffect(noSpot),
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
        capacityRebalance: noEffect(noSpot),
        forceDelete: noEffect("the group exists no longer than the cloud"),
        ...noEffects("the group publishes no metrics", "enabledMetrics", "metricsGranularity"),
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
      const name = `autoScalingGroup:${randomUUID()}:autoScalingGroupName/${physicalName}`;
      const arn = arnOf(cloud.place, "autoscaling", name);
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

/** CPU and memory of an instance type for tasks, without the part of operating system and agent. */
function roomOf(instanceType: string): Room {
  const size = instanceSize(instanceType);
  if (!size) {
    throw new Error(
      `expected a common instance type of the t, c, m or r families or one with GPUs, such as t4g.medium or g5.xlarge; came ${instanceType}`,
    );
  }
  // Tasks use their instance's network, so ports and network interfaces do not limit their number.
  return { ...size, memoryMebibytes: size.memoryMebibytes - reservedMebibytes(size), slots: Number.POSITIVE_INFINITY };
}

/** The program has one subnet per zone. */
function zoneName(region: string, index: number): string {
  return `${region}${String.fromCharCode("a".charCodeAt(0) + index)}`;
}
