import type { Clock } from "../../../runtime/clock.ts";

/**
 * A clock on which every wait is over at once, and the time is what it would be: for code that waits for real requests. What
 * is as long as the patience with one answer never comes.
 */
export function createHastyClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    after(milliseconds, callback) {
      if (milliseconds >= answerMilliseconds) return () => {};
      const immediate = setImmediate(() => {
        now += milliseconds;
        callback();
      });
      return () => clearImmediate(immediate);
    },
  };
}

const answerMilliseconds = 40_000;
