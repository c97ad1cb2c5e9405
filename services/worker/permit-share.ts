import { clamp } from "../../runtime/arithmetic.ts";
import type { HeldPermits, PermitLedger } from "../jobs/permit-table.ts";

export interface ShareRequest {
  workerId: string;
  /** Permits that the worker would like to hold. */
  wanted: number;
  /** Expiry that its permits get. */
  until: number;
  /** Permits of all workers. */
  limit: number;
  now: number;
}

/**
 * The ledger with the worker's share set to `wanted`, or to as many permits as the limit leaves. The worker may keep
 * those that it has, even if the limit was lowered and all workers together hold more. Expired permits of others leave the ledger.
 */
export function setShare(
  ledger: PermitLedger,
  { workerId, wanted, until, limit, now }: ShareRequest,
): { next: PermitLedger; count: number } {
  const others = Object.entries(ledger.holders).filter(([id, held]) => id !== workerId && freeAt(held) > now);
  const taken = others.reduce((sum, [, { count }]) => sum + count, 0);
  const count = clamp(wanted, 0, Math.max(limit - taken, shareOf(ledger, workerId)));
  const holders = { ...Object.fromEntries(others), ...(count > 0 ? { [workerId]: { count, until } } : {}) };
  return { next: { version: ledger.version + 1, holders }, count };
}

/** Permits that the ledger has for the worker. They belong to it until a write removes them, even after their expiry. */
export function shareOf({ holders }: PermitLedger, workerId: string): number {
  return holders[workerId]?.count ?? 0;
}

/** When the first permits of other workers are free, unless they are renewed; infinite if others have none. */
export function nextFreeAt({ holders }: PermitLedger, workerId: string): number {
  const others = Object.entries(holders).filter(([id]) => id !== workerId);
  return Math.min(...others.map(([, held]) => freeAt(held)));
}

function freeAt({ until }: HeldPermits): number {
  return until + clockDifferenceMilliseconds;
}

/** By how much the clocks of two workers may differ. Leases of jobs rely on these clocks too. */
const clockDifferenceMilliseconds = 1_000;
