import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "./config.ts";
import { allowHttpsEgress } from "./network/allow-https-egress.ts";
import { createGatewayEndpoints, type GatewayEndpoints } from "./network/gateway-endpoints.ts";
import { createInterfaceEndpoints } from "./network/interface-endpoints.ts";

/**
 * Private subnets for the workers, with egress to AWS. No flow logs: nothing can connect to the workers, `egress: endpoints`
 * limits their traffic to AWS, and log ingestion at $0.50 per GB costs more than the traffic itself.
 */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  readonly privateSubnetIds: pulumi.Output<string[]>;
  /** Security group of the workers' instances: HTTPS egress only, no ingress. */
  readonly workerSecurityGroupId: pulumi.Output<string>;
  /** Routes and rules that instances need until they are deregistered; the group depends on them. */
  readonly egressResources: pulumi.Resource[];
  readonly s3PrefixListId: pulumi.Output<string>;
  /** Security group of the interface endpoints; only with `egress: endpoints`. */
  readonly endpointsSecurityGroupId: pulumi.Output<string> | undefined;

  constructor(name: string, config: Config, options?: pulumi.ComponentResourceOptions) {
    super("sluice:index:Network", name, {}, options);
    const own = { parent: this };
    const vpc = createVpc(name, config, own);
    closeDefaultGroup(name, vpc, own);
    const workers = new aws.ec2.SecurityGroup(
      `${name}-workers`,
      { vpcId: vpc.vpcId, description: "Workers: HTTPS egress only", revokeRulesOnDelete: true },
      own,
    );
    const gateways = createGatewayEndpoints(name, vpc, config, own);
    this.vpcId = vpc.vpcId;
    this.s3PrefixListId = gateways.s3.prefixListId;
    this.privateSubnetIds = config.egress === "nat" ? vpc.privateSubnetIds : vpc.isolatedSubnetIds;
    this.workerSecurityGroupId = workers.id;
    const egress =
      config.egress === "nat"
        ? { resources: allowEgressEverywhere(name, workers, own) }
        : this.#allowEgressToAws(name, config, { vpc, workers, gateways }, own);
    this.egressResources = [vpc, ...Object.values(gateways), ...egress.resources];
    this.endpointsSecurityGroupId = "group" in egress ? egress.group.id : undefined;
    this.registerOutputs({ vpcId: vpc.vpcId });
  }

  #allowEgressToAws(
    name: string,
    config: Config,
    { vpc, workers, gateways }: { vpc: awsx.ec2.Vpc; workers: aws.ec2.SecurityGroup; gateways: GatewayEndpoints },
    own: pulumi.CustomResourceOptions,
  ): { resources: pulumi.Resource[]; group: aws.ec2.SecurityGroup } {
    const place = { vpcId: vpc.vpcId, subnetIds: this.privateSubnetIds, workers };
    const { endpoints, group, rule } = createInterfaceEndpoints(name, config, place, own);
    const resources = [
      ...endpoints,
      rule,
      allowHttpsEgress(
        `${name}-endpoints`,
        workers,
        "HTTPS to the VPC endpoints",
        { referencedSecurityGroupId: group.id },
        own,
      ),
      allowHttpsEgress(`${name}-s3`, workers, "HTTPS to S3", { prefixListId: gateways.s3.prefixListId }, own),
      allowHttpsEgress(
        `${name}-dynamodb`,
        workers,
        "HTTPS to DynamoDB",
        { prefixListId: gateways.dynamodb.prefixListId },
        own,
      ),
    ];
    return { resources, group };
  }
}

/** Private subnets with NAT gateways, or isolated subnets with `egress: endpoints`. */
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

/** Removes all rules from the VPC's default security group, which otherwise lets its members connect to each other. */
function closeDefaultGroup(name: string, vpc: awsx.ec2.Vpc, options: pulumi.CustomResourceOptions): void {
  new aws.ec2.DefaultSecurityGroup(name, { vpcId: vpc.vpcId }, options);
}

/** Any address: those of AWS and of the services that jobs call are not known in advance. */
function allowEgressEverywhere(name: string, workers: aws.ec2.SecurityGroup, options: pulumi.CustomResourceOptions) {
  return [
    allowHttpsEgress(
      `${name}-workers`,
      workers,
      "HTTPS to AWS and to what jobs call",
      { cidrIpv4: "0.0.0.0/0" },
      options,
    ),
  ];
}
