import {
  type ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { type AutoScalingClient, DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import { AppError } from "../../runtime/errors.ts";

/** MinCapacity and MaxCapacity of a scalable target. */
export interface CapacityLimits {
  min: number;
  max: number;
}

/** Reads the limits of the ECS service's scalable target. */
export function createCapacityLimitsReader(options: {
  client: ApplicationAutoScalingClient;
  resourceId: string;
}): () => Promise<CapacityLimits> {
  const { client, resourceId } = options;
  return async () => {
    const answer = await client.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace: "ecs", ResourceIds: [resourceId] }),
    );
    const { MinCapacity: min, MaxCapacity: max } = answer.ScalableTargets?.[0] ?? {};
    if (min === undefined || max === undefined) {
      throw new AppError("no-target", `expected a scalable target ${resourceId}; there is none`);
    }
    return { min, max };
  };
}

/** Reads MinSize of the Auto Scaling group. */
export function createMinSizeReader(options: { client: AutoScalingClient; groupName: string }): () => Promise<number> {
  const { client, groupName } = options;
  return async () => {
    const answer = await client.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [groupName] }));
    const minSize = answer.AutoScalingGroups?.[0]?.MinSize;
    if (minSize === undefined) {
      throw new AppError("no-group", `expected an Auto Scaling group ${groupName}; there is none`);
    }
    return minSize;
  };
}
