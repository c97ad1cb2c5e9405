import type { Account } from "../account.ts";

/** An account that has nothing, besides what is named. */
export function emptyAccount(has: Partial<Account> = {}): Account {
  return {
    place: { region: "eu-central-1", accountId: "1" },
    autoScalingGroup: () => undefined,
    partitionKey: () => undefined,
    ...has,
  };
}
