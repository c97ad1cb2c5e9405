import type { Cloud } from "./cloud.ts";
import { groups } from "./ec2-auto-scaling/group.ts";
import type { Account } from "./gateway/account.ts";

/** What the cloud has, as far as a caller's rights depend on it. */
export function viewAccount({ place, ecs, partitionKeys }: Pick<Cloud, "place" | "ecs" | "partitionKeys">): Account {
  return {
    place,
    autoScalingGroup({ name, instanceId }) {
      const all = groups([...ecs.clusters.values()]);
      const isMeant = ({ instances }: { instances: readonly { id: string }[] }) =>
        instances.some(({ id }) => id === instanceId);
      return all.find((group) => group.name === name || isMeant(group.capacity))?.capacity.definition.group;
    },
    partitionKey: (table, index) => partitionKeys.get(index === undefined ? table : `${table}/${index}`),
  };
}
