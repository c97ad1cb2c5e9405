import type { Clock } from "../../../runtime/clock.ts";

/** A clock on which every wait is over at once, and the time is what it would be: for code that waits for real requests. */
export function createHastyClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    after(milliseconds, callback) {
      const immediate = setImmediate(() => {
        now += milliseconds;
        callback();
      });
      return () => clearImmediate(immediate);
    },
  };
}
