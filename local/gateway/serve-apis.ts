import { groups } from "../ec2-auto-scaling/group.ts";
import type { Ecs } from "../ecs/ecs.ts";
import type { Account, Place } from "./account.ts";
import { authorize, type PolicyStatement } from "./authorize.ts";
import type { ServiceEmulator } from "./call.ts";
import type { Gateway } from "./gateway.ts";
import { neededPermissions } from "./needed-permissions.ts";

export interface Role {
  arn: string;
  statements: PolicyStatement[];
}

/** The account's root user, which may do everything. */
export function rootArn(place: Place): string {
  return `arn:aws:iam::${place.accountId}:root`;
}

/**
 * Registers the emulators at the gateway, by the service name in signatures. Each call is first checked against its
 * role.
 */
export function serveApis(
  gateway: Gateway,
  emulators: Record<string, ServiceEmulator>,
  roles: ReadonlyMap<string, Role>,
  account: Account,
): void {
  for (const [service, emulator] of Object.entries(emulators)) {
    gateway.emulators.set(service, async (call, http) => {
      if (call.caller.roleArn !== rootArn(account.place)) {
        const role = [...roles.values()].find(({ arn }) => arn === call.caller.roleArn);
        for (const permission of neededPermissions(call, account)) authorize(role?.statements ?? [], call, permission);
      }
      await emulator(call, http);
    });
  }
}

interface Resources {
  place: Place;
  ecs: Ecs;
  partitionKeys: ReadonlyMap<string, string>;
}

/** Looks up the resources that conditions of IAM policies refer to. */
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
