import * as z from "zod";
import { nameOnly, noEffects, type ResourceHandler, resource } from "./resource.ts";

const oneNetwork = "all processes share this machine's network";

const oneGateway = "every process reaches every service at the one gateway";

const securityGroupRule = nameOnly({
  securityGroupId: z.string(),
  ...noEffects(oneNetwork, "description", "ipProtocol", "fromPort", "toPort", "cidrIpv4", "prefixListId"),
  ...noEffects(oneNetwork, "referencedSecurityGroupId"),
});

/** Networks are not emulated; only the ids are passed on. */
export const network: Record<string, ResourceHandler> = {
  "awsx:ec2:Vpc": resource(
    z.strictObject({
      numberOfAvailabilityZones: z.number(),
      ...noEffects(oneNetwork, "cidrBlock", "subnetStrategy", "subnetSpecs", "natGateways"),
      ...noEffects(oneNetwork, "enableDnsHostnames", "enableDnsSupport"),
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
      ...noEffects(oneGateway, "serviceName", "vpcEndpointType", "routeTableIds", "subnetIds", "securityGroupIds"),
      ...noEffects(oneGateway, "privateDnsEnabled", "policy"),
    },
    ({ physicalName }) => ({ prefixListId: `pl-${physicalName}` }),
  ),
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": nameOnly({ vpcId: z.string() }),
  "aws:ec2/securityGroup:SecurityGroup": nameOnly(
    { vpcId: z.string(), ...noEffects(oneNetwork, "description", "revokeRulesOnDelete") },
    ({ physicalName }) => ({ name: physicalName }),
  ),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": securityGroupRule,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": securityGroupRule,
};
