import { type Backoff, backoffCeiling } from "../../runtime/backoff.ts";
import { sleep } from "../../runtime/clock.ts";
import { asError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import type { LeaseCover } from "./lease-renewer.ts";
import { renewPermits } from "./renew-permits.ts";
import { type ShareDeps, WorkerShare } from "./worker-share.ts";

/** The right to run one job of a type. */
export interface TypePermit extends LeaseCover {
  release(): void;
}

/** The permits that this worker has for jobs of a type. */
export interface TypePermits {
  /** Reserves up to `most` permits for a receive, 0 if there is none. Gets more from the table if too few are free. */
  reserve(most: number): Promise<number>;
  /** Reserves up to `most` of the permits that are not in use. Makes no call. */
  reserveSpare(most: number): number;
  unreserve(count: number): void;
  /** Takes a permit that is not in use; undefined if there is none. Makes no call. */
  take(): TypePermit | undefined;
  /** After a `reserve` that got none: resolves when a permit of this worker is free, or it is time to ask the table again. */
  mayHavePermit(signal: AbortSignal): Promise<void>;
  /** Returns permits to the table, except those whose leases may still be valid. Call it when no job runs any more. */
  close(): Promise<void>;
}

/**
 * Permits limit the valid leases on jobs of a type, exactly and over all workers. The worker grants leases only under the permits
 * of its share. No lease ends after its permit expires. The worker renews permits before they expire. If a worker dies, its leases
 * run out before its permits do; then other workers can get its permits. While the table does not answer, no further job of the
 * type starts.
 */
export function createTypePermits(deps: ShareDeps & { log: Log }): TypePermits {
  const { clock, log, random, type } = deps;
  const share = new WorkerShare(deps);
  const renewer = renewPermits(deps, share);
  let freed = new AbortController();
  let refusals = 0;
  let pause: { from: number; until: number } = { from: 0, until: 0 };
  let isClosed = false;

  /** A clock that was set back does not prolong the pause. */
  const isPaused = () => clock.now() >= pause.from && clock.now() < pause.until;

  function beginPause(): void {
    const now = clock.now();
    refusals += 1;
    const pauseMilliseconds = backoffCeiling(refusals, lookBackoff) * (1 + random());
    // Live workers renew their permits long before the expiry. So only permits of dead workers become free by expiring.
    const deadFreeIn = Math.max(0, share.nextFreeAt - now) + 500 * random();
    pause = { from: now, until: now + Math.min(pauseMilliseconds, Math.max(500, deadFreeIn)) };
  }

  async function acquire(most: number): Promise<number> {
    if (share.spare < most && !isPaused() && !isClosed) {
      try {
        await share.change(() => share.inUse + share.reserved + most);
        if (share.spare < most) beginPause();
        else refusals = 0;
      } catch (error) {
        beginPause();
        log.warn({ err: asError(error), type }, "could not get permits of a job type; its jobs wait");
      }
    }
    return reserveSpare(most);
  }

  function reserveSpare(most: number): number {
    const count = Math.min(most, share.spare);
    share.reserved += count;
    return count;
  }

  function announceFree(): void {
    freed.abort();
    freed = new AbortController();
    renewer.permitFreed();
  }

  function take(): TypePermit | undefined {
    if (!share.use()) return undefined;
    let leaseUntil = 0;
    let isHeld = true;
    const giveUp = () => {
      share.giveUp();
      announceFree();
    };
    return {
      cover(milliseconds) {
        const covered = share.cover(milliseconds);
        leaseUntil = Math.max(leaseUntil, clock.now() + covered);
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
      return share.spare < most && !isPaused() ? share.inTurn(() => acquire(most)) : reserveSpare(most);
    },
    reserveSpare,
    unreserve(count) {
      share.reserved -= count;
      announceFree();
    },
    take,
    async mayHavePermit(signal) {
      const milliseconds = isPaused() ? pause.until - clock.now() : lookBackoff.baseMilliseconds;
      await sleep(clock, milliseconds, AbortSignal.any([signal, freed.signal]));
    },
    async close() {
      isClosed = true;
      renewer.stop();
      if (share.held.count === 0) return;
      try {
        // Permits in use belong to leases that may still be valid. They expire by themselves.
        await share.inTurn(() => share.change(() => share.inUse));
      } catch (error) {
        log.warn({ err: asError(error), type }, "could not return the permits of a job type; they expire");
      }
    },
  };
}

/** Pause after a refusal, times 1 to 2. It is shorter if permits of another worker expire sooner. */
const lookBackoff: Backoff = { baseMilliseconds: 1_000, capMilliseconds: 4_000 };
