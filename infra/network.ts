import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "./config.ts";
import { createGatewayEndpoints, type GatewayEndpoints } from "./network/gateway-endpoints.ts";
import { createInterfaceEndpoints } from "./network/interface-endpoints.ts";
import { letOut } from "./network/let-out.ts";

/**
 * Private subnets for the workers, and their way to AWS. No flow logs: nothing comes in, what goes out is bound to AWS by
 * `egress`, and at half a dollar a gigabyte they would cost more than the traffic they describe.
 */
export class Network extends pulumi.ComponentResource {
  readonly privateSubnetIds: pulumi.Output<string[]>;
  /** For the workers' instances: out by HTTPS only, nothing in. */
  readonly workerSecurityGroupId: pulumi.Output<string>;
  /** What instances need for as long as they live: without it they could neither register nor take leave. */
  readonly waysOut: pulumi.Resource[];

  constructor(name: string, config: Config, options?: pulumi.ComponentResourceOptions) {
    super("sluice:index:Network", name, {}, options);
    const own = { parent: this };
    const vpc = createVpc(name, config, own);
    closeDefaultGroup(name, vpc, own);
    const workers = new aws.ec2.SecurityGroup(
      `${name}-workers`,
      { vpcId: vpc.vpcId, description: "Workers: out by HTTPS only", revokeRulesOnDelete: true },
      own,
    );
    const gateways = createGatewayEndpoints(name, vpc, config, own);
    this.privateSubnetIds = config.egress === "nat" ? vpc.privateSubnetIds : vpc.isolatedSubnetIds;
    this.workerSecurityGroupId = workers.id;
    this.waysOut = [
      vpc,
      ...Object.values(gateways),
      ...(config.egress === "nat"
        ? letOutEverywhere(name, workers, own)
        : this.#letOutToAws(name, config, { vpc, workers, gateways }, own)),
    ];
    this.registerOutputs({ vpcId: vpc.vpcId });
  }

  #letOutToAws(
    name: string,
    config: Config,
    { vpc, workers, gateways }: { vpc: awsx.ec2.Vpc; workers: aws.ec2.SecurityGroup; gateways: GatewayEndpoints },
    own: pulumi.CustomResourceOptions,
  ): pulumi.Resource[] {
    const place = { vpcId: vpc.vpcId, subnetIds: this.privateSubnetIds, workers };
    const { endpoints, group, rule } = createInterfaceEndpoints(name, config, place, own);
    return [
      ...endpoints,
      rule,
      letOut(`${name}-endpoints`, workers, "HTTPS to the VPC endpoints", { referencedSecurityGroupId: group.id }, own),
      letOut(`${name}-s3`, workers, "HTTPS to S3", { prefixListId: gateways.s3.prefixListId }, own),
      letOut(`${name}-dynamodb`, workers, "HTTPS to DynamoDB", { prefixListId: gateways.dynamodb.prefixListId }, own),
    ];
  }
}

/** Subnets without a route to the internet, or with one by NAT. */
function createVpc(name: string, config: Config, options: pulumi.ComponentResourceOptions): awsx.ec2.Vpc {
  const natStrategy = config.natPerZone ? "OnePerAz" : "Single";
  return new awsx.ec2.Vpc(
    name,
    {
      cidrBlock: config.vpcCidr,
      numberOfAvailabilityZones: config.availabilityZones,
      subnetStrategy: "Auto",
      subnetSpecs: config.egress === "nat" ? [{ type: "Public" }, { type: "Private" }] : [{ type: "Isolated" }],
      natGateways: { strategy: config.egress === "nat" ? natStrategy : "None" },
      enableDnsHostnames: true,
      enableDnsSupport: true,
    },
    options,
  );
}

/** A new VPC's default group lets its members talk freely. Taken over without rules, it lets nobody who lands in it do anything. */
function closeDefaultGroup(name: string, vpc: awsx.ec2.Vpc, options: pulumi.CustomResourceOptions): void {
  new aws.ec2.DefaultSecurityGroup(name, { vpcId: vpc.vpcId }, options);
}

/** Addresses of AWS and of what jobs call are not known beforehand. */
function letOutEverywhere(name: string, workers: aws.ec2.SecurityGroup, options: pulumi.CustomResourceOptions) {
  return [letOut(`${name}-workers`, workers, "HTTPS to AWS and to what jobs call", { cidrIpv4: "0.0.0.0/0" }, options)];
}
