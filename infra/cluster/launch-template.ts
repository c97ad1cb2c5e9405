import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { diskGigabytes, instanceStoreGigabytes } from "../../contract/instance-types.ts";
import type { Config } from "../config.ts";
import { allow, type Statement, serviceRole } from "../iam.ts";
import type { Keys } from "../keys.ts";
import type { Network } from "../network.ts";
import { stackTags } from "../tags.ts";
import { partsOf } from "./parts-of.ts";

export interface LaunchTemplateArgs {
  config: Pick<
    Config,
    "architecture" | "instanceType" | "spotPercent" | "gpus" | "scratchGigabytes" | "taskCpu" | "taskMemoryMegabytes"
  >;
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
  return new aws.ec2.LaunchTemplate(
    name,
    {
      imageId: `resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/${imageVariant(config)}/image_id`,
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
            volumeSize: diskGigabytes(config),
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
        Buffer.from(userData(config, { ECS_CLUSTER: clusterName, ...agentSettings(config) })).toString("base64"),
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

/** The variant with NVIDIA drivers exists for amd64 only: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-gpu.html */
function imageVariant({ architecture, gpus }: Pick<Config, "architecture" | "gpus">): string {
  if (gpus > 0) return "gpu/recommended";
  return architecture === "arm64" ? "arm64/recommended" : "recommended";
}

/**
 * Runs at boot. With scratch space on an instance store, a part before Docker's start mounts the disk as Docker's folder, in which
 * the volumes of tasks are: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bootstrap_container_instance.html
 */
function userData(config: LaunchTemplateArgs["config"], settings: Record<string, string>): string {
  const agent = configureAgent(settings);
  if (config.scratchGigabytes === 0 || instanceStoreGigabytes(config.instanceType) === undefined) return agent;
  const parts = [
    ["text/cloud-boothook", mountInstanceStore],
    ["text/x-shellscript", agent],
  ];
  return [
    'Content-Type: multipart/mixed; boundary="part"',
    "MIME-Version: 1.0",
    "",
    ...parts.flatMap(([type, text]) => ["--part", `Content-Type: ${type}; charset="us-ascii"`, "", text]),
    "--part--",
    "",
  ].join("\n");
}

/** A boothook runs at each boot. The instance store keeps its files when an instance reboots. */
const mountInstanceStore = `#!/bin/bash
set -e
disk=$(readlink -f "$(ls /dev/disk/by-id/nvme-Amazon_EC2_NVMe_Instance_Storage_* | head -n 1)")
blkid "$disk" >/dev/null || mkfs.xfs "$disk"
mkdir -p /var/lib/docker
mountpoint -q /var/lib/docker || mount -o noatime,nodev "$disk" /var/lib/docker
`;

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
