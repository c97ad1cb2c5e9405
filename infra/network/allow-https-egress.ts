import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

type Destination = Pick<aws.vpc.SecurityGroupEgressRuleArgs, "cidrIpv4" | "prefixListId" | "referencedSecurityGroupId">;

/** Egress rule: members of the group may connect to the destination with HTTPS. */
export function allowHttpsEgress(
  name: string,
  group: aws.ec2.SecurityGroup,
  description: string,
  destination: Destination,
  options: pulumi.CustomResourceOptions,
): aws.vpc.SecurityGroupEgressRule {
  return new aws.vpc.SecurityGroupEgressRule(
    name,
    { securityGroupId: group.id, description, ipProtocol: "tcp", fromPort: 443, toPort: 443, ...destination },
    options,
  );
}
