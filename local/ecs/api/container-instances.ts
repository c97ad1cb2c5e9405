import type { Size } from "../../../simulator/model/capacity/instance.ts";
import type { EcsCluster } from "../cluster.ts";
import type { InstanceView } from "../instances.ts";
import { ecsArn } from "../task.ts";
import { lastPart, missing, seconds } from "./find-cluster.ts";

export function listContainerInstances(cluster: EcsCluster, input: { status?: "ACTIVE" | "DRAINING" }): object {
  const wanted = registered(cluster).filter((one) => input.status === undefined || statusOf(one) === input.status);
  return { containerInstanceArns: wanted.map(({ arn }) => arn) };
}

/** Sets instances to DRAINING or ACTIVE. An instance that the group is terminating stays as it is. */
export function updateContainerInstancesState(
  cluster: EcsCluster,
  input: { containerInstances: string[]; status: "ACTIVE" | "DRAINING" },
): object {
  const asked = new Set(input.containerInstances.map(lastPart));
  const meant = registered(cluster).filter(({ arn }) => asked.has(lastPart(arn)));
  cluster.capacity?.setDraining(
    meant.map(({ id }) => id),
    input.status === "DRAINING",
  );
  cluster.look();
  return describeContainerInstances(cluster, input);
}

export function describeContainerInstances(cluster: EcsCluster, input: { containerInstances: string[] }): object {
  const all = new Map(registered(cluster).map((instance) => [lastPart(instance.arn), instance]));
  const { place } = cluster;
  return {
    containerInstances: input.containerInstances.flatMap((asked) => {
      const found = all.get(lastPart(asked));
      return found ? [describe(cluster, found)] : [];
    }),
    failures: missing(
      input.containerInstances
        .filter((asked) => !all.has(lastPart(asked)))
        .map((asked) => ecsArn(place, `container-instance/${place.name}/${lastPart(asked)}`)),
    ),
  };
}

/** Only instances that have registered; a booting one is not yet part of the cluster. */
function registered(cluster: EcsCluster): InstanceView[] {
  return cluster.instances().filter(({ state }) => state !== "booting");
}

function statusOf({ state }: InstanceView): "ACTIVE" | "DRAINING" {
  return state === "draining" ? "DRAINING" : "ACTIVE";
}

function describe(cluster: EcsCluster, instance: InstanceView): object {
  return {
    containerInstanceArn: instance.arn,
    ec2InstanceId: instance.id,
    capacityProviderName: cluster.capacityProviderName,
    status: statusOf(instance),
    agentConnected: true,
    runningTasksCount: instance.runningTasks,
    pendingTasksCount: instance.pendingTasks,
    registeredAt: seconds(instance.registersAt),
    registeredResources: resources(instance.registered),
    remainingResources: resources(instance.remaining),
    attributes: [{ name: "ecs.availability-zone", value: instance.availabilityZone }],
  };
}

function resources({ cpuUnits, memoryMebibytes }: Size): object[] {
  return [
    { name: "CPU", type: "INTEGER", integerValue: cpuUnits },
    { name: "MEMORY", type: "INTEGER", integerValue: memoryMebibytes },
  ];
}
