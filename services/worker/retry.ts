import { type Backoff, backoffMilliseconds } from "../../runtime/backoff.ts";
import { type Clock, sleep } from "../../runtime/clock.ts";
import { AppError, asError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";

export interface RetryDeps {
  clock: Clock;
  log: Log;
  /** In [0, 1). */
  random(): number;
}

/**
 * Calls `effect`, an AWS call, until it succeeds, with exponential backoff. Stops when the time is up or the signal aborts.
 * An AppError is not retried: in most cases another try would fail in the same way, for example for a missing object.
 * @throws the error of the last try.
 */
export async function retry<Value>(
  { clock, log, random }: RetryDeps,
  what: string,
  limits: { until: number; signal: AbortSignal },
  effect: () => Promise<Value>,
): Promise<Value> {
  for (let tries = 1; ; tries++) {
    try {
      return await effect();
    } catch (error) {
      const wait = backoffMilliseconds(tries, { ...backoff, random: random() });
      if (error instanceof AppError || clock.now() + wait >= limits.until) throw error;
      log.warn({ err: asError(error), tries }, `${what} failed; trying again`);
      await sleep(clock, wait, limits.signal);
      if (limits.signal.aborted) throw error;
    }
  }
}

const backoff: Backoff = { baseMilliseconds: 200, capMilliseconds: 5_000 };
