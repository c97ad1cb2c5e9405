import {
  type ApplicationAutoScalingClient,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { type AutoScalingClient, UpdateAutoScalingGroupCommand } from "@aws-sdk/client-auto-scaling";
import { type ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { AppError } from "../../runtime/errors.ts";
import type { ContainerInstance } from "../sample/list-instances.ts";
import type { Hands } from "./perform-actions.ts";
import { releaseInstance } from "./release-instance.ts";

export interface HandsOptions {
  clients: { serviceScaling: ApplicationAutoScalingClient; containers: ECSClient; groups: AutoScalingClient };
  clusterName: string;
  serviceName: string;
  groupName: string;
}

/** The controller's hands on AWS, given the instances of the look that was decided on. */
export function createHands(options: HandsOptions): (instances: readonly ContainerInstance[]) => Hands {
  const { clients, clusterName, serviceName, groupName } = options;
  return (instances) => ({
    async setFloor(tasks) {
      await clients.serviceScaling.send(
        new RegisterScalableTargetCommand({
          ServiceNamespace: "ecs",
          ResourceId: scalableTargetOf(options),
          ScalableDimension: "ecs:service:DesiredCount",
          MinCapacity: tasks,
        }),
      );
    },
    async setDesired(tasks) {
      await clients.containers.send(
        new UpdateServiceCommand({ cluster: clusterName, service: serviceName, desiredCount: tasks }),
      );
    },
    async setInstanceFloor(count) {
      await clients.groups.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: groupName, MinSize: count }));
    },
    async releaseInstances(ids) {
      const gone: string[] = [];
      for (const id of ids) {
        const instance = instances.find((one) => one.id === id);
        if (!instance) throw new AppError("instances", `expected an instance of the cluster; came ${id}`);
        if (await releaseInstance(clients, clusterName, instance)) gone.push(id);
      }
      return gone;
    },
  });
}

/** The service as Application Auto Scaling names it. */
export function scalableTargetOf({ clusterName, serviceName }: Pick<HandsOptions, "clusterName" | "serviceName">) {
  return `service/${clusterName}/${serviceName}`;
}
