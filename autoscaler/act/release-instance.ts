import { type AutoScalingClient, TerminateInstanceInAutoScalingGroupCommand } from "@aws-sdk/client-auto-scaling";
import type { ECSClient } from "@aws-sdk/client-ecs";
import { type ContainerInstance, describeInstances } from "../sample/list-instances.ts";

/**
 * Ends an instance that carries no task, with its place in the group, after another look: one that a task has reached since
 * stays. Should one come in the moment between, managed draining moves it, and its worker hands its jobs back. Protection
 * from scale-in does not stand in the way.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-protection.html
 */
export async function releaseInstance(
  clients: { containers: ECSClient; groups: AutoScalingClient },
  clusterName: string,
  { id, arn }: Pick<ContainerInstance, "id" | "arn">,
): Promise<boolean> {
  const [found] = await describeInstances(clients.containers, clusterName, [arn]);
  if (found === undefined || found.tasks > 0) return false;
  await clients.groups.send(
    new TerminateInstanceInAutoScalingGroupCommand({ InstanceId: id, ShouldDecrementDesiredCapacity: true }),
  );
  return true;
}
