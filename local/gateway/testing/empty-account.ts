import type { Account } from "../account.ts";

/** An empty account, with the given exceptions. */
export function emptyAccount(has: Partial<Account> = {}): Account {
  return {
    place: { region: "eu-central-1", accountId: "1" },
    autoScalingGroup: () => undefined,
    partitionKey: () => undefined,
    ...has,
  };
}
