import { AwsError } from "../aws-error.ts";
import type { Capacity } from "../ecs/capacity.ts";
import type { EcsCluster } from "../ecs/cluster.ts";

/** An Auto Scaling group, which is the capacity of a cluster. */
export interface Group {
  name: string;
  cluster: EcsCluster;
  capacity: Capacity;
}

export function groups(clusters: readonly EcsCluster[]): Group[] {
  return clusters.flatMap((cluster) => {
    const { capacity } = cluster;
    return capacity ? [{ name: capacity.definition.group.name, cluster, capacity }] : [];
  });
}

/** @throws AwsError ValidationError for a name that no group has */
export function groupNamed(all: readonly Group[], name: string): Group {
  const found = all.find((group) => group.name === name);
  if (!found) throw new AwsError("ValidationError", "AutoScalingGroup name not found - null");
  return found;
}

/** The group of an instance. @throws AwsError ValidationError for an instance that no group has */
export function groupOfInstance(all: readonly Group[], instanceId: string): Group {
  const found = all.find(({ capacity }) => capacity.instances.some(({ id }) => id === instanceId));
  if (found) return found;
  throw new AwsError(
    "ValidationError",
    `Instance Id not found - No managed instance found for instance ID: ${instanceId}`,
  );
}
