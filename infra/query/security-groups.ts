import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { queryPort } from "../../contract/query.ts";
import type { Config } from "../config.ts";
import { allowHttpsEgress } from "../network/allow-https-egress.ts";
import type { Network } from "../network.ts";

export interface QuerySecurityGroups {
  balancer: aws.ec2.SecurityGroup;
  service: aws.ec2.SecurityGroup;
  /** Of the private API's VPC endpoint. */
  endpoint: aws.ec2.SecurityGroup;
  rules: pulumi.Resource[];
}

/** Clients reach the load balancer, the load balancer the tasks, the tasks the private API and what Fargate needs. */
export function createSecurityGroups(
  name: string,
  { config, network }: { config: Config; network: Network },
  options: pulumi.CustomResourceOptions,
): QuerySecurityGroups {
  const group = (part: string, description: string) =>
    new aws.ec2.SecurityGroup(
      `${name}-${part}`,
      { vpcId: network.vpcId, description, revokeRulesOnDelete: true },
      options,
    );
  const balancer = group("balancer", "Query load balancer: from clients inside the network to the tasks");
  const service = group("service", "Query tasks: from the load balancer, HTTPS out");
  const endpoint = group("endpoint", "Private query API: HTTPS from the query tasks");

  const ranges = config.queryClientCidrs.length > 0 ? config.queryClientCidrs : [config.vpcCidr];
  const ports = config.queryCertificateArn === "" ? [80] : [80, 443];
  const clients = ranges.flatMap((cidrIpv4, index) =>
    ports.map(
      (port) =>
        new aws.vpc.SecurityGroupIngressRule(
          `${name}-clients-${index}-${port}`,
          { ...tcp(balancer, port, "Clients inside the network"), cidrIpv4 },
          options,
        ),
    ),
  );
  const forward = new aws.vpc.SecurityGroupEgressRule(
    `${name}-balancer`,
    { ...tcp(balancer, queryPort, "To the query tasks"), referencedSecurityGroupId: service.id },
    options,
  );
  const receive = new aws.vpc.SecurityGroupIngressRule(
    `${name}-service`,
    { ...tcp(service, queryPort, "From the load balancer"), referencedSecurityGroupId: balancer.id },
    options,
  );
  const ask = new aws.vpc.SecurityGroupIngressRule(
    `${name}-endpoint`,
    { ...tcp(endpoint, 443, "HTTPS from the query tasks"), referencedSecurityGroupId: service.id },
    options,
  );
  const rules = [...clients, forward, receive, ask, ...allowEgress(name, network, { service, endpoint }, options)];
  return { balancer, service, endpoint, rules };
}

/** To the private API, and to ECR, S3 and CloudWatch Logs, which Fargate needs to start a task. */
function allowEgress(
  name: string,
  network: Network,
  { service, endpoint }: Pick<QuerySecurityGroups, "service" | "endpoint">,
  options: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const endpoints = network.endpointsSecurityGroupId;
  if (endpoints === undefined) {
    return [allowHttpsEgress(name, service, "HTTPS to AWS", { cidrIpv4: "0.0.0.0/0" }, options)];
  }
  const to = (part: string, description: string, destination: Parameters<typeof allowHttpsEgress>[3]) =>
    allowHttpsEgress(`${name}-${part}`, service, description, destination, options);
  return [
    to("api", "HTTPS to the private API", { referencedSecurityGroupId: endpoint.id }),
    to("endpoints", "HTTPS to the VPC endpoints", { referencedSecurityGroupId: endpoints }),
    to("s3", "HTTPS to S3, for image layers", { prefixListId: network.s3PrefixListId }),
    new aws.vpc.SecurityGroupIngressRule(
      `${name}-endpoints`,
      {
        securityGroupId: endpoints,
        description: "HTTPS from the query tasks",
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        referencedSecurityGroupId: service.id,
      },
      options,
    ),
  ];
}

function tcp(group: aws.ec2.SecurityGroup, port: number, description: string) {
  return { securityGroupId: group.id, description, ipProtocol: "tcp", fromPort: port, toPort: port };
}
