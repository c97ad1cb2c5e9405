import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

type Destination = Pick<aws.vpc.SecurityGroupEgressRuleArgs, "cidrIpv4" | "prefixListId" | "referencedSecurityGroupId">;

/** Lets members of the group call the destination by HTTPS. */
export function letOut(
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
