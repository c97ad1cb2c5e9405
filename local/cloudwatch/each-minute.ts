import type { Clock } from "../../runtime/clock.ts";

/** Calls at the end of every minute of the clock; returns what ends it. */
export function eachMinute(clock: Clock, call: () => void): () => void {
  let cancel = () => {};
  const wait = () => {
    cancel = clock.after(60_000 - (clock.now() % 60_000), () => {
      call();
      wait();
    });
  };
  wait();
  return () => cancel();
}
