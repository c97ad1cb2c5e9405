import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";

export interface LossLog {
  note(count: number, reason: string): void;
  /** Says what is still unsaid, and nothing from then on. */
  close(): void;
}

const periodMilliseconds = 60_000;

/** Says how many trace segments were lost, and why the latest were: at once, and then once a minute at most. */
export function createLossLog(clock: Clock, log: Log): LossLog {
  let lost = 0;
  let latestReason = "";
  let cancelTimer: (() => void) | undefined;

  function say(): void {
    log.warn({ lost, reason: latestReason }, "trace segments were lost");
    lost = 0;
    cancelTimer = clock.after(periodMilliseconds, () => {
      cancelTimer = undefined;
      if (lost > 0) say();
    });
  }

  return {
    note(count, reason) {
      lost += count;
      latestReason = reason;
      if (cancelTimer === undefined) say();
    },
    close() {
      if (lost > 0) say();
      cancelTimer?.();
    },
  };
}
