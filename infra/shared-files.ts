import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { sharedFilesPath } from "../contract/shared-files.ts";
import type { Config } from "./config.ts";
import { guarded } from "./guarded.ts";
import { allow, type Statement, tlsOnly } from "./iam.ts";
import type { Keys } from "./keys.ts";
import type { Network } from "./network.ts";

interface SharedFilesArgs {
  config: Config;
  keys: Keys;
  network: Network;
}

/**
 * A file system that all worker tasks mount, through one access point with one user. Only the workers' security group reaches it,
 * only the workers' role may mount it, and only with TLS.
 */
export class SharedFiles extends pulumi.ComponentResource {
  readonly fileSystem: aws.efs.FileSystem;
  readonly accessPoint: aws.efs.AccessPoint;
  /** A task needs all of these to mount it. */
  readonly ways: pulumi.Resource[];

  constructor(name: string, args: SharedFilesArgs, options?: pulumi.ComponentResourceOptions) {
    super("sluice:index:SharedFiles", name, {}, options);
    const own = { parent: this };
    this.fileSystem = createFileSystem(name, args, own);
    this.accessPoint = createAccessPoint(name, this.fileSystem, own);
    const policy = new aws.efs.FileSystemPolicy(
      name,
      {
        fileSystemId: this.fileSystem.id,
        policy: pulumi.jsonStringify({ Version: "2012-10-17", Statement: [tlsOnly("*", this.fileSystem.arn)] }),
      },
      own,
    );
    const { group, rules } = createSecurityGroup(name, args.network, own);
    this.ways = [policy, ...rules, ...createMountTargets(name, args, this.fileSystem, group, own)];
    this.registerOutputs({ fileSystemId: this.fileSystem.id });
  }

  /** Permission of the workers' role. Without ClientRootAccess its files belong to the access point's user. */
  mountStatement(): Statement {
    return allow(["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"], [this.fileSystem.arn], {
      StringEquals: { "elasticfilesystem:AccessPointArn": this.accessPoint.arn },
    });
  }

  /** The volume of a task definition. */
  volume() {
    return {
      name: sharedVolume,
      efsVolumeConfiguration: {
        fileSystemId: this.fileSystem.id,
        transitEncryption: "ENABLED",
        authorizationConfig: { accessPointId: this.accessPoint.id, iam: "ENABLED" },
      },
    };
  }
}

const sharedVolume = "shared";

/** Where a worker's container has the volume. */
export const sharedMountPoint = { sourceVolume: sharedVolume, containerPath: sharedFilesPath, readOnly: false };

function createFileSystem(
  name: string,
  { config, keys }: SharedFilesArgs,
  options: pulumi.CustomResourceOptions,
): aws.efs.FileSystem {
  return new aws.efs.FileSystem(
    name,
    {
      encrypted: true,
      ...(keys.arn ? { kmsKeyId: keys.arn } : {}),
      // Billed by the amount read and written. The default mode allows 50 KB/s for each GB that is stored.
      throughputMode: "elastic",
    },
    { ...options, ...guarded(config) },
  );
}

/** The user and group of the workers' containers, in a folder of their own. */
function createAccessPoint(
  name: string,
  fileSystem: aws.efs.FileSystem,
  options: pulumi.CustomResourceOptions,
): aws.efs.AccessPoint {
  return new aws.efs.AccessPoint(
    name,
    {
      fileSystemId: fileSystem.id,
      posixUser: { uid: 1000, gid: 1000 },
      rootDirectory: { path: "/jobs", creationInfo: { ownerUid: 1000, ownerGid: 1000, permissions: "0750" } },
    },
    options,
  );
}

/** Connections from the workers to port 2049, and no others. */
function createSecurityGroup(name: string, network: Network, options: pulumi.CustomResourceOptions) {
  const group = new aws.ec2.SecurityGroup(
    name,
    { vpcId: network.vpcId, description: "Shared files: NFS from the workers", revokeRulesOnDelete: true },
    options,
  );
  const nfs = { ipProtocol: "tcp", fromPort: 2049, toPort: 2049 };
  const rules = [
    new aws.vpc.SecurityGroupIngressRule(
      name,
      {
        ...nfs,
        securityGroupId: group.id,
        description: "NFS from the workers",
        referencedSecurityGroupId: network.workerSecurityGroupId,
      },
      options,
    ),
    new aws.vpc.SecurityGroupEgressRule(
      name,
      {
        ...nfs,
        securityGroupId: network.workerSecurityGroupId,
        description: "NFS to the shared files",
        referencedSecurityGroupId: group.id,
      },
      options,
    ),
  ];
  return { group, rules };
}

/** One in each zone. */
function createMountTargets(
  name: string,
  { config, network }: SharedFilesArgs,
  fileSystem: aws.efs.FileSystem,
  group: aws.ec2.SecurityGroup,
  options: pulumi.CustomResourceOptions,
): aws.efs.MountTarget[] {
  return Array.from(
    { length: config.availabilityZones },
    (_, zone) =>
      new aws.efs.MountTarget(
        `${name}-${zone}`,
        {
          fileSystemId: fileSystem.id,
          subnetId: network.privateSubnetIds.apply((ids) => subnetOf(ids, zone)),
          securityGroups: [group.id],
        },
        options,
      ),
  );
}

function subnetOf(ids: readonly string[], zone: number): string {
  const id = ids[zone];
  if (id === undefined) throw new pulumi.RunError(`expected a private subnet in zone ${zone}; came ${ids.join(", ")}`);
  return id;
}
