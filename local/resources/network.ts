import { z } from "zod";
import { noEffect, type ResourceHandler, resource } from "./resource.ts";

const oneNetwork = "all processes share this machine's network";

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
          isolatedSubnetIds: [],
        },
      };
    },
  ),
  "aws:ec2/securityGroup:SecurityGroup": resource(
    z.strictObject({
      vpcId: z.string(),
      description: noEffect(oneNetwork),
      revokeRulesOnDelete: noEffect(oneNetwork),
    }),
    ({ physicalName }) => ({ id: `sg-${physicalName}`, outputs: { name: physicalName } }),
  ),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": resource(
    z.strictObject({
      securityGroupId: z.string(),
      description: noEffect(oneNetwork),
      ipProtocol: noEffect(oneNetwork),
      fromPort: noEffect(oneNetwork),
      toPort: noEffect(oneNetwork),
      cidrIpv4: noEffect(oneNetwork),
    }),
    ({ physicalName }) => ({ id: `sgr-${physicalName}`, outputs: {} }),
  ),
};
