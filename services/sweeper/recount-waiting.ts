import { countNames, refusedOwners, waitingSeconds } from "../../contract/owners-table.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Log } from "../../runtime/log.ts";
import type { OwnerJobs } from "../jobs/count-by-owner.ts";
import type { OwnerCounts } from "../owners/owner-counts.ts";

export interface RecountDeps {
  counts: OwnerCounts;
  /** Queued jobs of each encoded owner. */
  countQueued(): Promise<ReadonlyMap<string, Pick<OwnerJobs, "count">>>;
  clock: Clock;
  log: Log;
}

/**
 * Corrects the counts of waiting jobs of all owners that were refused since the last sweep. A count is wrong after a process
 * died between a job's change and its counting. It is changed by the difference, so that jobs counted meanwhile stay counted.
 */
export async function recountWaiting({ counts, countQueued, clock, log }: RecountDeps): Promise<void> {
  const nowSeconds = clock.now() / 1_000;
  const refused = (await counts.list(refusedOwners, "", nowSeconds)).map(({ name }) => name);
  if (refused.length === 0) return;
  const before = new Map<string, number>();
  for (const owner of refused) {
    // Removed first: after a crash the owner's next refusal notes it again.
    await counts.remove({ owner: refusedOwners, name: owner });
    before.set(owner, await counts.read({ owner, name: countNames.waiting }));
  }
  const queued = await countQueued();
  for (const [owner, counted] of before) {
    const change = (queued.get(owner)?.count ?? 0) - counted;
    const key = { owner, name: countNames.waiting };
    if (change < 0) await counts.subtract(key, -change);
    const expiresAt = Math.ceil(nowSeconds) + waitingSeconds;
    if (change > 0) await counts.add(key, change, { most: Number.MAX_SAFE_INTEGER, expiresAt });
    log.info({ owner, counted, queued: counted + change }, "counted a refused owner's waiting jobs anew");
  }
}
