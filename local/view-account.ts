import { groups } from "./ec2-auto-scaling/group.ts";
import type { Ecs } from "./ecs/ecs.ts";
import type { Account, Place } from "./gateway/account.ts";

interface Resources {
  place: Place;
  ecs: Ecs;
  partitionKeys: ReadonlyMap<string, string>;
}

/** The resources that the conditions of a role's policies refer to. */
export function viewAccount({ place, ecs, partitionKeys }: Resources): Account {
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
