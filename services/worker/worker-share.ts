import type { JobType } from "../../contract/job.ts";
import { clamp } from "../../runtime/arithmetic.ts";
import { type Clock, sleep } from "../../runtime/clock.ts";
import { AppError } from "../../runtime/errors.ts";
import type { PermitLedger, PermitTable } from "../jobs/permit-table.ts";
import { heartbeatMilliseconds } from "./lease-renewer.ts";
import { nextFreeAt, setShare, shareOf } from "./permit-share.ts";

export interface ShareDeps {
  table: PermitTable;
  clock: Clock;
  /** In [0, 1). */
  random(): number;
  /** Unique for each worker process. */
  workerId: string;
  type: JobType;
  /** Jobs of the type that may run at the same time in all workers. */
  limit: number;
  /** Length of a job's lease. */
  leaseMilliseconds: number;
}

/**
 * This worker's share of the permits of a type, and how many of them are in use. One item of the jobs table has the number of permits
 * of each worker, with an expiry. Each write of the item is conditional on its version. The share consists of the permits that a
 * write has confirmed.
 */
export class WorkerShare {
  /** Permits that jobs have. */
  inUse = 0;
  /** Permits that are kept for a receive. */
  reserved = 0;
  readonly #deps: ShareDeps;
  /** The table has at least this many permits for this worker, at least until this time. */
  #held = { count: 0, until: 0 };
  /** Latest end of the leases granted since `inUse` was last 0; 0 while no permit is in use. */
  #coveredUntil = 0;
  /** The ledger as last read or written. */
  #ledger: PermitLedger = { version: 0, holders: {} };
  #turn: Promise<unknown> = Promise.resolve();

  constructor(deps: ShareDeps) {
    this.#deps = deps;
  }

  get held(): { readonly count: number; readonly until: number } {
    return this.#held;
  }

  /** Permits that no job and no receive has. */
  get spare(): number {
    return this.#mayStart() ? Math.max(0, this.#held.count - this.inUse - this.reserved) : 0;
  }

  /** When the first permits of other workers are free, unless they are renewed. */
  get nextFreeAt(): number {
    return nextFreeAt(this.#ledger, this.#deps.workerId);
  }

  /**
   * Time between two renewals of the permits: the same as between two heartbeats, or longer if many workers write the same item. A third
   * of a lease while no permit is in use.
   */
  get renewalMilliseconds(): number {
    const { leaseMilliseconds } = this.#deps;
    const longest = leaseMilliseconds / 3;
    if (this.inUse === 0) return longest;
    const holders = Object.keys(this.#ledger.holders).length;
    return clamp(holders * millisecondsPerHolder, heartbeatMilliseconds(leaseMilliseconds), longest);
  }

  /** Gives a permit to a job; false if there is none. */
  use(): boolean {
    if (this.#held.count <= this.inUse || !this.#mayStart()) return false;
    this.inUse += 1;
    return true;
  }

  giveUp(): void {
    this.inUse -= 1;
    if (this.inUse === 0) this.#coveredUntil = 0;
  }

  /**
   * Grants a lease under a permit in use, of at most `milliseconds`. Returns its length.
   * @throws AppError `permit-expired` if the permit could not be renewed and covers no lease
   */
  cover(milliseconds: number): number {
    const { clock, type } = this.#deps;
    const covered = Math.min(milliseconds, this.#held.count >= this.inUse ? this.#held.until - clock.now() : 0);
    if (covered <= 0) {
      throw new AppError("permit-expired", `The permit for a job of ${type} could not be renewed; it covers no lease.`);
    }
    this.#coveredUntil = Math.max(this.#coveredUntil, clock.now() + covered);
    return covered;
  }

  /** One change at a time, because each one relies on what the last one wrote. */
  inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => {});
    return mine;
  }

  /** Sets the share to `wanted` permits, as far as the limit allows, with a new expiry. Call it in turn. */
  async change(wanted: () => number): Promise<void> {
    const { table, clock, random, workerId, type, limit, leaseMilliseconds } = this.#deps;
    for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
      this.#ledger = await table.read(type);
      const now = clock.now();
      // Two renewals may fail without effect on leases.
      const until = Math.max(now + leaseMilliseconds + 2 * this.renewalMilliseconds, this.#coveredUntil);
      const { next, count } = setShare(this.#ledger, { workerId, wanted: wanted(), until, limit, now });
      if (count === 0 && shareOf(this.#ledger, workerId) === 0) {
        this.#held = { count: 0, until: 0 };
        return;
      }
      // Until the write is confirmed, only what both ledgers have is certain.
      this.#held = { count: Math.min(this.#held.count, count), until: Math.min(this.#held.until, until) };
      if (await table.write(type, next)) {
        this.#held = { count, until };
        this.#ledger = next;
        return;
      }
      await sleep(clock, attempt * (5 + 20 * random()));
    }
    throw new AppError(
      "contended",
      `Expected to change the permits of ${type} in ${mostAttempts} tries; the stored version had changed each time.`,
    );
  }

  /** A lease may start: the permits are valid for at least half a lease. */
  #mayStart(): boolean {
    return this.#held.until - this.#deps.clock.now() >= this.#deps.leaseMilliseconds / 2;
  }
}

const mostAttempts = 6;

/** All workers together renew at most ten times a second, as long as the time between two renewals is below a third of a lease. */
const millisecondsPerHolder = 100;
