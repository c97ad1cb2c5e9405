import { z } from "zod";
import { LoadBalancer } from "../elb/load-balancer.ts";
import { TargetGroup } from "../elb/target-group.ts";
import { arnOf } from "../gateway/account.ts";
import { noEffect, noEffects, type ResourceHandler, resource } from "./resource.ts";

const oneNetwork = "all processes share this machine's network";

/** Load balancers: one HTTP listener that forwards to one target group. */
export const elb: Record<string, ResourceHandler> = {
  "aws:lb/loadBalancer:LoadBalancer": resource(
    z.strictObject({
      internal: z.literal(true),
      loadBalancerType: z.literal("application"),
      idleTimeout: z.number(),
      ...noEffects(oneNetwork, "subnets", "securityGroups"),
      ...noEffects("Node's HTTP parser is strict", "dropInvalidHeaderFields", "desyncMitigationMode"),
      enableDeletionProtection: noEffect("it exists no longer than the cloud"),
    }),
    async ({ inputs, physicalName, cloud }) => {
      const loadBalancer = new LoadBalancer({
        clock: cloud.options.clock,
        idleMilliseconds: inputs.idleTimeout * 1_000,
      });
      await loadBalancer.listen();
      const id = `app/${physicalName}/0`;
      const arn = arnOf(cloud.place, "elasticloadbalancing", `loadbalancer/${id}`);
      cloud.loadBalancers.set(arn, loadBalancer);
      return { id: arn, outputs: { arn, arnSuffix: id, name: physicalName, dnsName: loadBalancer.address } };
    },
  ),
  "aws:lb/targetGroup:TargetGroup": resource(
    z.strictObject({
      vpcId: noEffect(oneNetwork),
      targetType: z.literal("ip"),
      protocol: z.literal("HTTP"),
      port: z.number(),
      deregistrationDelay: z.number(),
      healthCheck: z.strictObject({
        path: z.string(),
        protocol: z.literal("HTTP"),
        interval: z.number(),
        timeout: z.number(),
        healthyThreshold: z.number(),
        unhealthyThreshold: z.number(),
      }),
    }),
    ({ inputs, physicalName, cloud }) => {
      const { path, interval, timeout, healthyThreshold, unhealthyThreshold } = inputs.healthCheck;
      const { clock, speed } = cloud.options;
      const targetGroup = new TargetGroup({
        clock,
        healthCheck: {
          path,
          intervalMilliseconds: (interval * 1_000) / speed,
          // A real process answers: the timeout keeps its length.
          timeoutMilliseconds: timeout * 1_000,
          healthyThreshold,
          unhealthyThreshold,
        },
        deregistrationMilliseconds: inputs.deregistrationDelay * 1_000,
      });
      targetGroup.events.on("state", ({ id, state }) =>
        cloud.options.onLine(`target-group/${physicalName}`, `target ${id.slice(0, 8)} is ${state}`),
      );
      const suffix = `targetgroup/${physicalName}/0`;
      const arn = arnOf(cloud.place, "elasticloadbalancing", suffix);
      cloud.targetGroups.set(arn, targetGroup);
      return { id: arn, outputs: { arn, arnSuffix: suffix, name: physicalName } };
    },
  ),
  "aws:lb/listener:Listener": resource(
    z.strictObject({
      loadBalancerArn: z.string(),
      port: noEffect("the load balancer listens on a free port"),
      protocol: z.literal("HTTP", "expected HTTP: the laptop has no certificates, so leave queryCertificateArn empty"),
      defaultActions: z.tuple([z.strictObject({ type: z.literal("forward"), targetGroupArn: z.string() })]),
    }),
    ({ inputs, physicalName, cloud }) => {
      const loadBalancer = cloud.loadBalancers.get(inputs.loadBalancerArn);
      const targetGroup = cloud.targetGroups.get(inputs.defaultActions[0].targetGroupArn);
      if (!loadBalancer || !targetGroup) {
        throw new Error(`expected the ARNs of a load balancer and a target group; came ${JSON.stringify(inputs)}`);
      }
      loadBalancer.targetGroup = targetGroup;
      return { id: physicalName, outputs: { arn: `${inputs.loadBalancerArn}/listener` } };
    },
  ),
};
