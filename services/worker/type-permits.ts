import type { JobType } from "../../contract/job.ts";
import { limits } from "../../contract/limits.ts";
import { clamp } from "../../runtime/arithmetic.ts";
import { type Backoff, backoffCeiling } from "../../runtime/backoff.ts";
import { type Clock, sleep } from "../../runtime/clock.ts";
import { AppError, asError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import type { PermitLedger, PermitTable } from "../jobs/permit-table.ts";
import { nextFreeAt, setShare, shareOf } from "./permit-share.ts";

/** The right to run one job of a type. */
export interface TypePermit {
  /**
   * The length of a lease that may begin now, at most `milliseconds`: the permit outlives it.
   * @throws AppError `permit-expired` if it covers none, because it could not be renewed
   */
  cover(milliseconds: number): number;
  /**
   * Call it when no lease under this permit is valid any more. Without this call, a released permit becomes free only when its longest
   * lease has run out.
   */
  leaseOver(): void;
  release(): void;
}

/** The permits that this worker has for jobs of a type. */
export interface TypePermits {
  /** Reserves up to `most` permits for a receive, 0 if there is none. Gets more from the table if it needs them. */
  reserve(most: number): Promise<number>;
  /** Reserves up to `most` of the permits that are not in use. Makes no call. */
  reserveSpare(most: number): number;
  unreserve(count: number): void;
  /** Takes a permit that is not in use; undefined if there is none. Makes no call. */
  take(): TypePermit | undefined;
  /** After a `reserve` that got none: resolves when a permit of this worker is free, or it is time to ask the table again. */
  mayHavePermit(signal: AbortSignal): Promise<void>;
  /** Returns all permits whose leases are over to the table. Call it when no job runs any more. */
  close(): Promise<void>;
}

export interface TypePermitDeps {
  table: PermitTable;
  clock: Clock;
  log: Log;
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
 * Permits limit the valid leases on jobs of a type, exactly and over all workers. One item of the jobs table has the number of permits
 * of each worker, with an expiry. Each write of the item is conditional on its version. The worker grants leases only under permits that
 * a write has confirmed, and none beyond their expiry. It renews permits before they expire. If a worker dies, its leases run out before
 * its permits do; then other workers can get its permits. While the table does not answer, no further job of the type starts.
 */
export function createTypePermits(deps: TypePermitDeps): TypePermits {
  const { table, clock, log, random, workerId, type, limit, leaseMilliseconds } = deps;
  /** Permits that confirmed writes have given this worker. The table has at least this many for it, at least until this time. */
  let held = { count: 0, until: 0 };
  let inUse = 0;
  let reserved = 0;
  /** When a permit last became free. */
  let freedAt = clock.now();
  let isReturnPlanned = false;
  let freed = new AbortController();
  /** End of the longest lease granted since a permit has been in use without a break; 0 while none is. */
  let coveredUntil = 0;
  /** The ledger as last read or written. */
  let ledger: PermitLedger = { version: 0, holders: {} };
  let refusals = 0;
  let lookAt: { from: number; until: number } = { from: 0, until: 0 };
  let turn: Promise<unknown> = Promise.resolve();
  let cancelBeat = clock.after(beatMilliseconds(), beat);
  let isClosed = false;

  /**
   * Time between two renewals: the same as for a lease. Longer if many workers write the same item. A third of a lease while no permit
   * is in use.
   */
  function beatMilliseconds(): number {
    const holders = Object.keys(ledger.holders).length;
    const longest = leaseMilliseconds / 3;
    if (inUse === 0) return longest;
    return clamp(holders * millisecondsPerHolder, Math.min(longest, limits.heartbeatSeconds * 1_000), longest);
  }

  /** A lease may start: the permits are valid for at least half a lease. */
  const mayStart = () => held.until - clock.now() >= leaseMilliseconds / 2;
  const spare = () => (mayStart() ? Math.max(0, held.count - inUse - reserved) : 0);
  /** A clock that was set back does not prolong the pause. */
  const isPaused = () => clock.now() >= lookAt.from && clock.now() < lookAt.until;

  /** One change at a time, because each one relies on what the last one wrote. */
  function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const mine = turn.then(work);
    turn = mine.catch(() => {});
    return mine;
  }

  /** Sets the worker's share of the permits, as far as the limit allows. */
  async function change(wanted: () => number): Promise<void> {
    for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
      ledger = await table.read(type);
      const now = clock.now();
      const most = wanted();
      // Two renewals may fail without effect on leases.
      const until = Math.max(now + leaseMilliseconds + 2 * beatMilliseconds(), coveredUntil);
      const { next, count } = setShare(ledger, { workerId, wanted: most, until, limit, now });
      if (count === 0 && shareOf(ledger, workerId) === 0) {
        held = { count: 0, until: 0 };
        return;
      }
      // Until the write is confirmed, only what both ledgers have is certain.
      held = { count: Math.min(held.count, count), until: Math.min(held.until, until) };
      if (await table.write(type, next)) {
        held = { count, until };
        ledger = next;
        return;
      }
      await sleep(clock, attempt * (5 + 20 * random()));
    }
    throw new AppError("contended", `Expected to change the permits of ${type} in ${mostAttempts} tries.`);
  }

  function pause(): void {
    const now = clock.now();
    refusals += 1;
    const pauseMilliseconds = backoffCeiling(refusals, lookBackoff) * (1 + random());
    // Live workers renew their permits long before the expiry. So only permits of dead workers become free by expiring.
    const deadFreeIn = Math.max(0, nextFreeAt(ledger, workerId) - now) + 500 * random();
    lookAt = { from: now, until: now + Math.min(pauseMilliseconds, Math.max(500, deadFreeIn)) };
  }

  async function reserveInTurn(most: number): Promise<number> {
    const missing = most - spare();
    if (missing > 0 && !isPaused() && !isClosed) {
      try {
        await change(() => inUse + reserved + most);
        if (spare() < most) pause();
        else refusals = 0;
      } catch (error) {
        pause();
        log.warn({ err: asError(error), type }, "no answer about the permits of a job type; its jobs wait");
      }
    }
    return reserveSpare(most);
  }

  function reserveSpare(most: number): number {
    const count = Math.min(most, spare());
    reserved += count;
    return count;
  }

  /** Permits are kept for a moment after one has become free, so that the next job can take it without a write. */
  const isKept = () => clock.now() >= freedAt && clock.now() < freedAt + keepMilliseconds;

  function free(): void {
    freedAt = clock.now();
    freed.abort();
    freed = new AbortController();
    if (isReturnPlanned) return;
    isReturnPlanned = true;
    clock.after(keepMilliseconds, returnSpare);
  }

  function returnSpare(): void {
    isReturnPlanned = false;
    if (isClosed || spare() === 0) return;
    if (!isKept()) void renew();
    else {
      isReturnPlanned = true;
      clock.after(freedAt + keepMilliseconds - clock.now(), returnSpare);
    }
  }

  function beat(): void {
    if (held.count > 0 || inUse > 0) void renew();
    cancelBeat = clock.after(beatMilliseconds(), beat);
  }

  /** Renews the permits and returns those that were free for a while. */
  async function renew(): Promise<void> {
    try {
      await inTurn(() => change(() => Math.max(isKept() ? held.count : 0, inUse + reserved)));
    } catch (error) {
      const leftMilliseconds = held.until - clock.now();
      log.warn(
        { err: asError(error), type, leftMilliseconds },
        "could not renew the permits of a job type; trying again",
      );
      cancelBeat();
      if (!isClosed) cancelBeat = clock.after(beatMilliseconds() / 4, beat);
    }
  }

  function take(): TypePermit | undefined {
    if (held.count <= inUse || !mayStart()) return undefined;
    inUse += 1;
    let leaseUntil = 0;
    let isHeld = true;
    const giveUp = () => {
      inUse -= 1;
      if (inUse === 0) coveredUntil = 0;
      free();
    };
    return {
      cover(milliseconds) {
        const now = clock.now();
        const covered = Math.min(milliseconds, held.count >= inUse ? held.until - now : 0);
        if (covered <= 0) {
          throw new AppError(
            "permit-expired",
            `The permit for a job of ${type} could not be renewed; it covers no lease.`,
          );
        }
        leaseUntil = Math.max(leaseUntil, now + covered);
        coveredUntil = Math.max(coveredUntil, leaseUntil);
        return covered;
      },
      leaseOver() {
        leaseUntil = 0;
      },
      release() {
        if (!isHeld) return;
        isHeld = false;
        const left = leaseUntil - clock.now();
        if (left <= 0) giveUp();
        else clock.after(left, giveUp);
      },
    };
  }

  return {
    async reserve(most) {
      return spare() < most && !isPaused() ? inTurn(() => reserveInTurn(most)) : reserveSpare(most);
    },
    reserveSpare,
    unreserve(count) {
      reserved -= count;
      free();
    },
    take,
    async mayHavePermit(signal) {
      const milliseconds = isPaused() ? lookAt.until - clock.now() : lookBackoff.baseMilliseconds;
      await sleep(clock, milliseconds, AbortSignal.any([signal, freed.signal]));
    },
    async close() {
      isClosed = true;
      cancelBeat();
      // Permits in use belong to leases that may still be valid. They expire by themselves.
      if (held.count > 0) {
        await inTurn(() => change(() => inUse)).catch((error: unknown) =>
          log.warn({ err: asError(error), type }, "could not return the permits of a job type; they expire"),
        );
      }
    },
  };
}

const mostAttempts = 6;

/** All workers together renew at most ten times a second, as long as the time between two renewals is below a third of a lease. */
const millisecondsPerHolder = 100;

/** Free permits are returned after this time. */
const keepMilliseconds = 1_000;

/** After a refusal the worker asks again after one to two times this long. */
const lookBackoff: Backoff = { baseMilliseconds: 1_000, capMilliseconds: 4_000 };
