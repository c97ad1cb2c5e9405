import type { PermitLedger, PermitTable } from "../permit-table.ts";

/** Permits in memory. They pass the same contract test as those in DynamoDB. */
export function createMemoryPermits(): PermitTable {
  const ledgers = new Map<string, PermitLedger>();
  const stored = (type: string) => ledgers.get(type) ?? { version: 0, holders: {} };
  return {
    read: async (type) => stored(type),
    async write(type, next) {
      if (stored(type).version !== next.version - 1) return false;
      ledgers.set(type, next);
      return true;
    },
  };
}
