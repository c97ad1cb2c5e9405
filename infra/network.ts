import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import type * as pulumi from "@pulumi/pulumi";
import type { Config } from "./config.ts";

export interface Network {
  vpcId: pulumi.Output<string>;
  privateSubnetIds: pulumi.Output<string[]>;
  /** For the workers' instances: out by HTTPS only, nothing in. */
  workerSecurityGroupId: pulumi.Output<string>;
}

/** Private subnets for the workers, one NAT gateway for all of them. */
export function createNetwork(
  name: string,
  config: Pick<Config, "vpcCidr" | "availabilityZones">,
  options: pulumi.ComponentResourceOptions,
): Network {
  const vpc = new awsx.ec2.Vpc(
    name,
    {
      cidrBlock: config.vpcCidr,
      numberOfAvailabilityZones: config.availabilityZones,
      subnetStrategy: "Auto",
      subnetSpecs: [{ type: "Public" }, { type: "Private" }],
      natGateways: { strategy: "Single" },
      enableDnsHostnames: true,
      enableDnsSupport: true,
    },
    options,
  );
  const group = new aws.ec2.SecurityGroup(
    `${name}-workers`,
    { vpcId: vpc.vpcId, description: "Workers: out by HTTPS only", revokeRulesOnDelete: true },
    options,
  );
  new aws.vpc.SecurityGroupEgressRule(
    `${name}-workers`,
    {
      securityGroupId: group.id,
      description: "HTTPS to AWS and to what jobs call",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      cidrIpv4: "0.0.0.0/0",
    },
    options,
  );
  return { vpcId: vpc.vpcId, privateSubnetIds: vpc.privateSubnetIds, workerSecurityGroupId: group.id };
}
