import type { Clock } from "../../runtime/clock.ts";

/** Shortest time between two reports. Heartbeats carry them on, and those are seconds apart. */
const betweenReportsMilliseconds = 250;

/** Passes shares on, the latest always, but never two in quick succession: a handler may note one for every line it reads. */
export function reportNowAndThen(
  clock: Clock,
  report: (share: number) => void,
): { note(share: number): void; end(): void } {
  let reportedAt = Number.NEGATIVE_INFINITY;
  let latest = 0;
  let cancelReport: (() => void) | undefined;
  let isOver = false;

  function pass(): void {
    cancelReport?.();
    cancelReport = undefined;
    reportedAt = clock.now();
    report(latest);
  }

  return {
    note(share) {
      if (isOver || !Number.isFinite(share)) return;
      latest = Math.min(1, Math.max(0, share));
      const wait = reportedAt + betweenReportsMilliseconds - clock.now();
      // Looks at the time too: a handler that is all CPU lets no timer fire.
      if (wait <= 0) pass();
      else cancelReport ??= clock.after(wait, pass);
    },
    end() {
      isOver = true;
      cancelReport?.();
    },
  };
}
