import { z } from "zod";
import { nameOnly, noEffect, type ResourceHandler, resource } from "./resource.ts";

const oneNetwork = "all processes share this machine's network";

const oneGateway = "every process reaches every service at the one gateway";

const securityGroupRule = nameOnly(
  {
    securityGroupId: z.string(),
    description: noEffect(oneNetwork),
    ipProtocol: noEffect(oneNetwork),
    fromPort: noEffect(oneNetwork),
    toPort: noEffect(oneNetwork),
    cidrIpv4: noEffect(oneNetwork),
    prefixListId: noEffect(oneNetwork),
    referencedSecurityGroupId: noEffect(oneNetwork),
  },
  () => ({}),
);

/** The network has no counterpart on the laptop; only its ids flow on. */
export const network: Record<string, ResourceHandler> = {
  "awsx:ec2:Vpc": resource(
    z.strictObject({
      cidrBlock: noEffect(oneNetwork),
      numberOfAvailabilityZones: z.number(),
      subnetStrategy: noEffect(oneNetwork),
      subnetSpecs: noEffect(oneNetwork),
      natGateways: noEffect(oneNetwork),
      enableDnsHostnames: noEffect(oneNetwork),
      enableDnsSupport: noEffect(oneNetwork),
    }),
    ({ inputs, physicalName }) => {
      const subnets = (kind: string) =>
        Array.from({ length: inputs.numberOfAvailabilityZones }, (_, zone) => `subnet-${physicalName}-${kind}-${zone}`);
      return {
        id: "",
        outputs: {
          vpcId: `vpc-${physicalName}`,
          privateSubnetIds: subnets("private"),
          publicSubnetIds: subnets("public"),
          isolatedSubnetIds: subnets("isolated"),
          routeTables: [],
        },
      };
    },
  ),
  "aws:ec2/vpcEndpoint:VpcEndpoint": nameOnly(
    {
      vpcId: z.string(),
      serviceName: noEffect(oneGateway),
      vpcEndpointType: noEffect(oneGateway),
      routeTableIds: noEffect(oneGateway),
      subnetIds: noEffect(oneGateway),
      securityGroupIds: noEffect(oneGateway),
      privateDnsEnabled: noEffect(oneGateway),
      policy: noEffect(oneGateway),
    },
    ({ physicalName }) => ({ prefixListId: `pl-${physicalName}` }),
  ),
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": nameOnly({ vpcId: z.string() }, () => ({})),
  "aws:ec2/securityGroup:SecurityGroup": resource(
    z.strictObject({
      vpcId: z.string(),
      description: noEffect(oneNetwork),
      revokeRulesOnDelete: noEffect(oneNetwork),
    }),
    ({ physicalName }) => ({ id: `sg-${physicalName}`, outputs: { name: physicalName } }),
  ),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": securityGroupRule,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": securityGroupRule,
};
