import {
  type ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { type AutoScalingClient, DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import { AppError } from "../../runtime/errors.ts";

/** Reads MinCapacity of the ECS service's scalable target. */
export function createMinCapacityReader(options: {
  client: ApplicationAutoScalingClient;
  resourceId: string;
}): () => Promise<number> {
  const { client, resourceId } = options;
  return async () => {
    const answer = await client.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace: "ecs", ResourceIds: [resourceId] }),
    );
    const minCapacity = answer.ScalableTargets?.[0]?.MinCapacity;
    if (minCapacity === undefined) {
      throw new AppError("no-target", `expected a scalable target ${resourceId}; there is none`);
    }
    return minCapacity;
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
