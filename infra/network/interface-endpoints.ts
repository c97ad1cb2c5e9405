import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { interfaceEndpoints } from "../../contract/interface-endpoints.ts";
import type { Config } from "../config.ts";
import { ownAccountOnly } from "./own-account-only.ts";

type EndpointsConfig = Pick<Config, "compute" | "exec" | "encryption" | "tracing" | "eventDetail">;

export interface InterfaceEndpoints {
  endpoints: aws.ec2.VpcEndpoint[];
  group: aws.ec2.SecurityGroup;
  rule: aws.vpc.SecurityGroupIngressRule;
}

/** Interface endpoints of AWS services in the workers' subnets, reachable by the workers only. */
export function createInterfaceEndpoints(
  name: string,
  config: EndpointsConfig,
  place: { vpcId: pulumi.Output<string>; subnetIds: pulumi.Output<string[]>; workers: aws.ec2.SecurityGroup },
  options: pulumi.CustomResourceOptions,
): InterfaceEndpoints {
  const group = new aws.ec2.SecurityGroup(
    `${name}-endpoints`,
    { vpcId: place.vpcId, description: "VPC endpoints: HTTPS from the workers", revokeRulesOnDelete: true },
    options,
  );
  const rule = new aws.vpc.SecurityGroupIngressRule(
    `${name}-endpoints`,
    {
      securityGroupId: group.id,
      description: "HTTPS from the workers",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      referencedSecurityGroupId: place.workers.id,
    },
    options,
  );
  const region = aws.getRegionOutput({}, options).region;
  const endpoints = interfaceEndpoints(config).map(
    (service) =>
      new aws.ec2.VpcEndpoint(
        `${name}-${service.replace(".", "-")}`,
        {
          vpcId: place.vpcId,
          serviceName: pulumi.interpolate`com.amazonaws.${region}.${service}`,
          vpcEndpointType: "Interface",
          subnetIds: place.subnetIds,
          securityGroupIds: [group.id],
          privateDnsEnabled: true,
          // The other services store no caller data, and some of them support no endpoint policy.
          ...(carriesData(service) ? { policy: ownAccountOnly(options) } : {}),
        },
        options,
      ),
  );
  return { endpoints, group, rule };
}

function carriesData(service: string): boolean {
  return ["logs", "sqs", "sns"].includes(service);
}
