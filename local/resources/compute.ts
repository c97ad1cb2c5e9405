import { z } from "zod";
import { noEffect, type ResourceHandler, resource } from "./resource.ts";

const noInstances = "tasks are processes of this machine; instances are not modelled yet";

/** EC2 capacity: on the laptop there is always room for a task. */
export const compute: Record<string, ResourceHandler> = {
  "aws:ec2/launchTemplate:LaunchTemplate": resource(
    z.strictObject({
      imageId: noEffect(noInstances),
      instanceType: noEffect(noInstances),
      iamInstanceProfile: noEffect(noInstances),
      vpcSecurityGroupIds: noEffect(noInstances),
      updateDefaultVersion: noEffect(noInstances),
      metadataOptions: noEffect(noInstances),
      blockDeviceMappings: noEffect(noInstances),
      userData: noEffect(noInstances),
    }),
    ({ physicalName }) => ({ id: `lt-${physicalName}`, outputs: { latestVersion: 1, name: physicalName } }),
  ),
  "aws:autoscaling/group:Group": resource(
    z.strictObject({
      vpcZoneIdentifiers: noEffect(noInstances),
      launchTemplate: noEffect(noInstances),
      minSize: noEffect(noInstances),
      maxSize: noEffect(noInstances),
      protectFromScaleIn: noEffect(noInstances),
      forceDelete: noEffect(noInstances),
      tags: noEffect(noInstances),
    }),
    ({ physicalName, cloud }) => ({
      id: physicalName,
      outputs: {
        arn: `arn:aws:autoscaling:${cloud.place.region}:${cloud.place.accountId}:autoScalingGroup:${physicalName}`,
        name: physicalName,
      },
    }),
  ),
};
