import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config.ts";
import { allow, type Statement, serviceRole } from "../iam.ts";
import type { Keys } from "../keys.ts";
import type { Network } from "../network.ts";
import { stackTags } from "../tags.ts";
import { partsOf } from "./parts-of.ts";

export interface LaunchTemplateArgs {
  config: Pick<Config, "architecture" | "instanceType" | "spotPercent">;
  keys: Pick<Keys, "arn">;
  network: Pick<Network, "workerSecurityGroupId">;
}

/** Launch template of the instances: the newest ECS-optimized Amazon Linux at each launch, registered with the cluster. */
export function createLaunchTemplate(
  name: string,
  { config, keys, network }: LaunchTemplateArgs,
  cluster: aws.ecs.Cluster,
  options: pulumi.CustomResourceOptions,
): aws.ec2.LaunchTemplate {
  const { role, policy } = serviceRole(
    `${name}-instance`,
    { service: "ec2.amazonaws.com", statements: agentStatements(cluster, config) },
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
      monitoring: { enabled: true },
      // A container in a bridge network is one hop further away than its instance. With a hop limit of 1 the response with the
      // IMDSv2 token does not reach it, so tasks cannot read the instance's credentials.
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          ebs: {
            volumeType: "gp3",
            volumeSize: 30,
            encrypted: "true",
            ...(keys.arn ? { kmsKeyId: keys.arn } : {}),
            deleteOnTermination: "true",
          },
        },
      ],
      tagSpecifications: ["instance", "volume"].map((resourceType) => ({
        resourceType,
        tags: { ...stackTags(), Name: `${pulumi.getProject()}-${pulumi.getStack()}-${name}` },
      })),
      userData: cluster.name.apply((clusterName) =>
        Buffer.from(configureAgent({ ECS_CLUSTER: clusterName, ...agentSettings(config) })).toString("base64"),
      ),
    },
    { ...options, dependsOn: [policy] },
  );
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-agent-config.html */
function agentSettings({ spotPercent }: Pick<Config, "spotPercent">): Record<string, string> {
  return {
    ECS_ENABLE_TASK_IAM_ROLE: "true",
    // For tasks in awsvpc mode, which no hop separates from the metadata service. The workers use bridge mode.
    ECS_AWSVPC_BLOCK_IMDS: "true",
    // Images are named by digest, so a cached image is current. `prefer-cached` would save the same pulls, but turns off the
    // removal of old images, and the disk would fill up.
    // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/pull-behavior.html
    ECS_IMAGE_PULL_BEHAVIOR: "once",
    ...(spotPercent > 0 ? { ECS_ENABLE_SPOT_INSTANCE_DRAINING: "true" } : {}),
  };
}

function configureAgent(settings: Record<string, string>): string {
  const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
  return ["#!/bin/bash", "cat >> /etc/ecs/ecs.config <<'END'", ...lines, "END", ""].join("\n");
}

/** Permissions of the ECS agent. Instance ids are unknown before boot, so some statements name the cluster in a condition. */
function agentStatements(cluster: aws.ecs.Cluster, { spotPercent }: Pick<Config, "spotPercent">): Statement[] {
  const ofCluster = { ArnEquals: { "ecs:cluster": cluster.arn } };
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
    allow(["ecs:Poll", "ecs:StartTelemetrySession"], ["*"], ofCluster),
    allow(["ecs:DiscoverPollEndpoint"], ["*"]),
    // An instance that AWS takes back sets itself to draining.
    ...(spotPercent > 0
      ? [allow(["ecs:UpdateContainerInstancesState"], [partsOf(cluster, "container-instance")], ofCluster)]
      : []),
  ];
}
