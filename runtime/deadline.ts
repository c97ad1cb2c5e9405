import { type Clock, sleep } from "./clock.ts";
import { AppError } from "./errors.ts";

/**
 * Waits for a call until a deadline. The call itself continues: after the deadline its outcome is unknown.
 * @throws AppError `too-late`
 */
export function withDeadline<Value>(clock: Clock, milliseconds: number, call: Promise<Value>): Promise<Value> {
  const late = Promise.withResolvers<never>();
  const cancelTimer = clock.after(milliseconds, () =>
    late.reject(new AppError("too-late", `Expected an answer within ${milliseconds} ms; none came.`)),
  );
  return Promise.race([call, late.promise]).finally(cancelTimer);
}

/** Waits for a call until the signal aborts, then throws the error. The call itself continues. */
export function unlessAborted<Value>(signal: AbortSignal, call: Promise<Value>, error: () => Error): Promise<Value> {
  const aborted = Promise.withResolvers<never>();
  const listener = () => aborted.reject(error());
  signal.addEventListener("abort", listener);
  if (signal.aborted) listener();
  return Promise.race([aborted.promise, call]).finally(() => signal.removeEventListener("abort", listener));
}

/** Waits for `promise`, which must not reject, but no longer than `milliseconds`. False: it was still open then. */
export async function waitAtMost(clock: Clock, milliseconds: number, promise: Promise<unknown>): Promise<boolean> {
  const done = new AbortController();
  const isDone = await Promise.race([
    promise.then(() => true),
    sleep(clock, milliseconds, done.signal).then(() => false),
  ]);
  done.abort();
  return isDone;
}
