import type { InstanceView } from "../ecs/instances.ts";
import type { Group } from "./group.ts";

/** Describes a group in the form of DescribeAutoScalingGroups. */
export function describeGroup({ name, cluster, capacity }: Group): object {
  const { group, availabilityZones, protectsInstances } = capacity.definition;
  return {
    AutoScalingGroupName: name,
    AutoScalingGroupARN: group.arn,
    MinSize: capacity.minimum,
    MaxSize: capacity.maximum,
    DesiredCapacity: capacity.desired,
    AvailabilityZones: [...availabilityZones],
    NewInstancesProtectedFromScaleIn: protectsInstances,
    Instances: cluster.instances().map(describeInstance),
    Tags: Object.entries(group.tags).map(([Key, Value]) => ({
      ResourceId: name,
      ResourceType: "auto-scaling-group",
      Key,
      Value,
    })),
  };
}

function describeInstance(instance: InstanceView): object {
  return {
    InstanceId: instance.id,
    AvailabilityZone: instance.availabilityZone,
    LifecycleState: lifecycleStateOf(instance),
    HealthStatus: "Healthy",
    ProtectedFromScaleIn: instance.isProtected,
  };
}

/** On AWS an instance is InService once it runs, some tens of seconds before its agent registers. */
function lifecycleStateOf({ state, isTerminating }: InstanceView): string {
  // Managed draining is a lifecycle hook.
  if (isTerminating) return "Terminating:Wait";
  return state === "booting" ? "Pending" : "InService";
}
