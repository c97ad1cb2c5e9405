import {
  type ApplicationAutoScalingClient,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";
import {
  type AutoScalingClient,
  TerminateInstanceInAutoScalingGroupCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { type ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { AppError } from "../../runtime/errors.ts";
import { type ContainerInstance, describeInstances } from "../collect/list-instances.ts";
import type { ScalingClient } from "./perform-actions.ts";

export interface ScalingClientOptions {
  clients: { serviceScaling: ApplicationAutoScalingClient; containers: ECSClient; groups: AutoScalingClient };
  clusterName: string;
  serviceName: string;
  /** Undefined where tasks run without instances of the stack's own. */
  groupName: string | undefined;
}

/** The scaling client for one ECS service and the Auto Scaling group of its cluster. */
export function createScalingClient(options: ScalingClientOptions): ScalingClient {
  const { clients, clusterName, serviceName, groupName } = options;
  return {
    async setMinCapacity(tasks) {
      await clients.serviceScaling.send(
        new RegisterScalableTargetCommand({
          ServiceNamespace: "ecs",
          ResourceId: scalableTargetOf(options),
          ScalableDimension: "ecs:service:DesiredCount",
          MinCapacity: tasks,
        }),
      );
    },
    async setDesiredCount(tasks) {
      await clients.containers.send(
        new UpdateServiceCommand({ cluster: clusterName, service: serviceName, desiredCount: tasks }),
      );
    },
    async setMinSize(instances) {
      if (groupName === undefined) {
        throw new AppError("no-group", `expected no MinSize without an Auto Scaling group; came ${instances}`);
      }
      await clients.groups.send(
        new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: groupName, MinSize: instances }),
      );
    },
    async terminateInstances(instances) {
      const terminated: string[] = [];
      for (const instance of instances) {
        if (await terminateIfEmpty(clients, clusterName, instance)) terminated.push(instance.id);
      }
      return terminated;
    },
  };
}

/** Resource id of the service in Application Auto Scaling. */
export function scalableTargetOf({
  clusterName,
  serviceName,
}: Pick<ScalingClientOptions, "clusterName" | "serviceName">) {
  return `service/${clusterName}/${serviceName}`;
}

/**
 * Terminates an instance and lowers the group's desired capacity by one, unless a task has been placed on it since the
 * sample. A task placed after this check is moved by managed draining, and its worker returns its jobs to the queue. The
 * instance's scale-in protection does not prevent this call:
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-protection.html
 */
async function terminateIfEmpty(
  clients: ScalingClientOptions["clients"],
  clusterName: string,
  { id, arn }: ContainerInstance,
): Promise<boolean> {
  const [found] = await describeInstances(clients.containers, clusterName, [arn]);
  if (found === undefined || found.tasks > 0) return false;
  await clients.groups.send(
    new TerminateInstanceInAutoScalingGroupCommand({ InstanceId: id, ShouldDecrementDesiredCapacity: true }),
  );
  return true;
}
