import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "./config.ts";
import { allow, serviceRole } from "./iam.ts";
import type { Network } from "./network.ts";

export interface ClusterArgs {
  config: Pick<Config, "architecture" | "instanceType" | "maxInstances">;
  network: Network;
}

/**
 * EC2 capacity for the workers. The order of creation is the point: the launch template names the cluster, so that on
 * destroy the instances go before the cluster that they are registered with.
 * https://github.com/hashicorp/terraform-provider-aws/issues/11409
 */
export class WorkerCluster extends pulumi.ComponentResource {
  readonly cluster: aws.ecs.Cluster;
  readonly capacityProvider: aws.ecs.CapacityProvider;
  readonly attachment: aws.ecs.ClusterCapacityProviders;

  constructor(name: string, args: ClusterArgs, options?: pulumi.ComponentResourceOptions) {
    super("sluice:index:WorkerCluster", name, {}, options);
    const own = { parent: this };
    this.cluster = new aws.ecs.Cluster(name, { settings: [{ name: "containerInsights", value: "enabled" }] }, own);
    const launchTemplate = createLaunchTemplate(name, args, this.cluster, own);
    const group = createGroup(name, args, launchTemplate, own);
    this.capacityProvider = new aws.ecs.CapacityProvider(
      name,
      {
        autoScalingGroupProvider: {
          autoScalingGroupArn: group.arn,
          managedTerminationProtection: "ENABLED",
          managedDraining: "ENABLED",
          managedScaling: { status: "ENABLED", targetCapacity: 100 },
        },
      },
      own,
    );
    this.attachment = new aws.ecs.ClusterCapacityProviders(
      name,
      { clusterName: this.cluster.name, capacityProviders: [this.capacityProvider.name] },
      own,
    );
    this.registerOutputs({ clusterName: this.cluster.name });
  }
}

function createLaunchTemplate(
  name: string,
  { config, network }: ClusterArgs,
  cluster: aws.ecs.Cluster,
  options: pulumi.CustomResourceOptions,
): aws.ec2.LaunchTemplate {
  const { role, policy } = serviceRole(
    `${name}-instance`,
    { service: "ec2.amazonaws.com", statements: agentStatements(cluster) },
    options,
  );
  const profile = new aws.iam.InstanceProfile(name, { role: role.name }, options);
  const image = config.architecture === "arm64" ? "arm64/recommended" : "recommended";
  return new aws.ec2.LaunchTemplate(
    name,
    {
      imageId: `resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/${image}/image_id`,
      instanceType: config.instanceType,
      iamInstanceProfile: { arn: profile.arn },
      vpcSecurityGroupIds: [network.workerSecurityGroupId],
      updateDefaultVersion: true,
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          ebs: { volumeType: "gp3", volumeSize: 30, encrypted: "true", deleteOnTermination: "true" },
        },
      ],
      userData: pulumi.interpolate`#!/bin/bash\necho "ECS_CLUSTER=${cluster.name}" >> /etc/ecs/ecs.config\n`.apply(
        (script) => Buffer.from(script).toString("base64"),
      ),
    },
    { ...options, dependsOn: [policy] },
  );
}

function createGroup(
  name: string,
  { config, network }: ClusterArgs,
  launchTemplate: aws.ec2.LaunchTemplate,
  options: pulumi.CustomResourceOptions,
): aws.autoscaling.Group {
  return new aws.autoscaling.Group(
    name,
    {
      vpcZoneIdentifiers: network.privateSubnetIds,
      launchTemplate: { id: launchTemplate.id, version: launchTemplate.latestVersion.apply(String) },
      minSize: 0,
      maxSize: config.maxInstances,
      protectFromScaleIn: true,
      // Instances hold no data. Without it a destroy waits for ever: nobody lifts the protection once the provider is gone.
      forceDelete: true,
      // ECS adds this tag itself; unstated, the next update would take it away again.
      tags: [{ key: "AmazonECSManaged", value: "true", propagateAtLaunch: true }],
    },
    { ...options, ignoreChanges: ["desiredCapacity"], customTimeouts: { delete: "30m" } },
  );
}

/** What the ECS agent of an instance calls; instance ids are unknown before boot, so some name the cluster by condition. */
function agentStatements(cluster: aws.ecs.Cluster) {
  return [
    allow(
      [
        "ecs:RegisterContainerInstance",
        "ecs:DeregisterContainerInstance",
        "ecs:SubmitAttachmentStateChanges",
        "ecs:SubmitContainerStateChange",
        "ecs:SubmitTaskStateChange",
      ],
      [cluster.arn],
    ),
    allow(["ecs:Poll", "ecs:StartTelemetrySession"], ["*"], { ArnEquals: { "ecs:cluster": cluster.arn } }),
    allow(["ecs:DiscoverPollEndpoint"], ["*"]),
  ];
}
