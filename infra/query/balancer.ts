import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { queryPort } from "../../contract/query.ts";
import type { Config } from "../config.ts";
import type { Network } from "../network.ts";

export interface Balancer {
  loadBalancer: aws.lb.LoadBalancer;
  targetGroup: aws.lb.TargetGroup;
  /** The listener that forwards requests. */
  listener: aws.lb.Listener;
}

/** An internal load balancer in front of the tasks' addresses. */
export function createBalancer(
  name: string,
  { config, network, securityGroupId }: { config: Config; network: Network; securityGroupId: pulumi.Output<string> },
  options: pulumi.CustomResourceOptions,
): Balancer {
  const loadBalancer = new aws.lb.LoadBalancer(
    name,
    {
      internal: true,
      loadBalancerType: "application",
      subnets: network.privateSubnetIds,
      securityGroups: [securityGroupId],
      idleTimeout: 60,
      dropInvalidHeaderFields: true,
      desyncMitigationMode: "defensive",
      enableDeletionProtection: false,
    },
    options,
  );
  const targetGroup = new aws.lb.TargetGroup(
    name,
    {
      vpcId: network.vpcId,
      targetType: "ip",
      protocol: "HTTP",
      port: queryPort,
      // Longer than any query: 5 s.
      deregistrationDelay: 30,
      healthCheck: {
        path: "/health",
        protocol: "HTTP",
        interval: 30,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 2,
      },
    },
    options,
  );
  const forward = { type: "forward", targetGroupArn: targetGroup.arn };
  const listen = (suffix: string, listener: Omit<aws.lb.ListenerArgs, "loadBalancerArn">) =>
    new aws.lb.Listener(`${name}${suffix}`, { loadBalancerArn: loadBalancer.arn, ...listener }, options);
  if (config.queryCertificateArn === "") {
    const listener = listen("", { port: 80, protocol: "HTTP", defaultActions: [forward] });
    return { loadBalancer, targetGroup, listener };
  }
  listen("-redirect", {
    port: 80,
    protocol: "HTTP",
    defaultActions: [{ type: "redirect", redirect: { port: "443", protocol: "HTTPS", statusCode: "HTTP_308" } }],
  });
  const listener = listen("", {
    port: 443,
    protocol: "HTTPS",
    certificateArn: config.queryCertificateArn,
    sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
    defaultActions: [forward],
  });
  return { loadBalancer, targetGroup, listener };
}
