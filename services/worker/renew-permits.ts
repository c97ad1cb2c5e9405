import { asError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import type { ShareDeps, WorkerShare } from "./worker-share.ts";

export interface PermitRenewer {
  /** Call it when a permit has become free. */
  permitFreed(): void;
  stop(): void;
}

/** Renews a worker's permits before they expire, and returns those that stay free to the table. */
export function renewPermits({ clock, log, type }: ShareDeps & { log: Log }, share: WorkerShare): PermitRenewer {
  /** When a permit last became free. */
  let freedAt = clock.now();
  let isReturnPlanned = false;
  let isStopped = false;
  let cancelBeat = clock.after(share.renewalMilliseconds, beat);

  function beat(): void {
    if (share.held.count > 0 || share.inUse > 0) void renew();
    cancelBeat = clock.after(share.renewalMilliseconds, beat);
  }

  /** Renews the permits and returns those that were free for a while. */
  async function renew(): Promise<void> {
    const wanted = () => Math.max(isKept() ? share.held.count : 0, share.inUse + share.reserved);
    try {
      await share.inTurn(() => share.change(wanted));
    } catch (error) {
      const leftMilliseconds = share.held.until - clock.now();
      log.warn(
        { err: asError(error), type, leftMilliseconds },
        "could not renew the permits of a job type; trying again",
      );
      cancelBeat();
      if (!isStopped) cancelBeat = clock.after(share.renewalMilliseconds / 4, beat);
    }
  }

  /** Permits are kept for a moment after one has become free, so that the next job can take it without a write. */
  function isKept(): boolean {
    return clock.now() >= freedAt && clock.now() < freedAt + keepMilliseconds;
  }

  function planReturn(): void {
    isReturnPlanned = true;
    clock.after(freedAt + keepMilliseconds - clock.now(), returnSpare);
  }

  function returnSpare(): void {
    isReturnPlanned = false;
    if (isStopped || share.spare === 0) return;
    if (isKept()) planReturn();
    else void renew();
  }

  return {
    permitFreed() {
      freedAt = clock.now();
      if (!isReturnPlanned) planReturn();
    },
    stop() {
      isStopped = true;
      cancelBeat();
    },
  };
}

/** Free permits are returned after this time. */
const keepMilliseconds = 1_000;
