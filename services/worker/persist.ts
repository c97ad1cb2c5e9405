import type { Clock } from "../../runtime/clock.ts";
import { sleep } from "../../runtime/clock.ts";
import { AppError, asError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import { backoffMilliseconds } from "../jobs/machine.ts";

export interface PersistDeps {
  clock: Clock;
  log: Log;
  /** In [0, 1). */
  random(): number;
}

/**
 * Repeats an effect, with growing waits, until it works, time is up or the signal aborts; it is tried once at least.
 * An AppError is a verdict rather than a mishap, and ends it at once.
 * @throws what the last try threw.
 */
export async function persist<Value>(
  { clock, log, random }: PersistDeps,
  what: string,
  limits: { until: number; signal: AbortSignal },
  effect: () => Promise<Value>,
): Promise<Value> {
  for (let tries = 1; ; tries++) {
    try {
      return await effect();
    } catch (error) {
      const wait = backoffMilliseconds(tries, { ...waits, random: random() });
      if (error instanceof AppError || clock.now() + wait >= limits.until) throw error;
      log.warn({ err: asError(error), tries }, `${what} failed; trying again`);
      await sleep(clock, wait, limits.signal);
      if (limits.signal.aborted) throw error;
    }
  }
}

const waits = { baseMilliseconds: 200, capMilliseconds: 5_000 };
