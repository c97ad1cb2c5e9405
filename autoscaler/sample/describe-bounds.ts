import {
  type ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { type AutoScalingClient, DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import { AppError } from "../../runtime/errors.ts";

/** MinCapacity of the service's scalable target, as it is registered. */
export function createFloorReader(options: {
  client: ApplicationAutoScalingClient;
  resourceId: string;
}): () => Promise<number> {
  const { client, resourceId } = options;
  return async () => {
    const answer = await client.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace: "ecs", ResourceIds: [resourceId] }),
    );
    const floor = answer.ScalableTargets?.[0]?.MinCapacity;
    if (floor === undefined) throw new AppError("no-target", `expected a scalable target ${resourceId}; there is none`);
    return floor;
  };
}

/** MinSize of the Auto Scaling group, as it is set. */
export function createInstanceFloorReader(options: {
  client: AutoScalingClient;
  groupName: string;
}): () => Promise<number> {
  const { client, groupName } = options;
  return async () => {
    const answer = await client.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [groupName] }));
    const minimum = answer.AutoScalingGroups?.[0]?.MinSize;
    if (minimum === undefined)
      throw new AppError("no-group", `expected an Auto Scaling group ${groupName}; there is none`);
    return minimum;
  };
}
