import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";

export interface LossLog {
  note(count: number, reason: string): void;
  /** Logs the losses not yet logged, and none after that. */
  close(): void;
}

const periodMilliseconds = 60_000;

/**
 * Logs how many trace segments were lost and the latest reason: the first loss at once, further ones once a minute at
 * most.
 */
export function createLossLog(clock: Clock, log: Log): LossLog {
  let lost = 0;
  let latestReason = "";
  let cancelTimer: (() => void) | undefined;

  function logLosses(): void {
    log.warn({ lost, reason: latestReason }, "trace segments were lost");
    lost = 0;
    cancelTimer = clock.after(periodMilliseconds, () => {
      cancelTimer = undefined;
      if (lost > 0) logLosses();
    });
  }

  return {
    note(count, reason) {
      lost += count;
      latestReason = reason;
      if (cancelTimer === undefined) logLosses();
    },
    close() {
      if (lost > 0) logLosses();
      cancelTimer?.();
    },
  };
}
