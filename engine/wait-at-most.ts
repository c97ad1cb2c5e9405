import { sleep, systemClock } from "../runtime/clock.ts";

/** Waits for `promise`, which must not reject, but no longer than `milliseconds`. */
export async function waitAtMost(milliseconds: number, promise: Promise<unknown>): Promise<void> {
  const done = new AbortController();
  await Promise.race([promise, sleep(systemClock, milliseconds, done.signal)]);
  done.abort();
}
