import { limits } from "../../contract/limits.ts";
import { countNames } from "../../contract/owners-table.ts";
import type { Clock } from "../../runtime/clock.ts";
import { asError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import { encodeOwner } from "../jobs/job-key.ts";
import type { OwnerCounts } from "./owner-counts.ts";

/** Begins a long poll. Returns the function that ends it, or undefined if the owner already has as many as it may. */
export type BeginWait = (owner: string) => Promise<(() => Promise<void>) | undefined>;

export interface LongPollDeps {
  counts: Pick<OwnerCounts, "add" | "subtract" | "read">;
  clock: Clock;
  log: Log;
  /** Long polls of one owner at the same time. */
  limit: number;
}

/** Every request may wait. */
export const noLongPollLimit: BeginWait = async () => async () => {};

/**
 * Limits an owner's long polls at the same time. A poll is counted in the window in which it begins, and is over by the end of
 * the next one: the counts of two windows are all that wait, and the count of a function that died is forgotten after them.
 */
export function createLongPollLimit({ counts, clock, log, limit }: LongPollDeps): BeginWait {
  return async (owner) => {
    const window = Math.floor(clock.now() / windowMilliseconds);
    const keyOf = (name: string) => ({ owner: encodeOwner(owner), name });
    const key = keyOf(countNames.polls(window));
    const end = () =>
      counts
        .subtract(key, 1)
        .catch((error: unknown) => log.warn({ err: asError(error), owner }, "could not count the end of a long poll"));
    try {
      const expiresAt = Math.ceil(((window + 3) * windowMilliseconds) / 1_000);
      const [current, before] = await Promise.all([
        counts.add(key, 1, { most: limit, expiresAt }),
        counts.read(keyOf(countNames.polls(window - 1))),
      ]);
      if (!current.added) return undefined;
      if (current.count + before <= limit) return end;
      await end();
      return undefined;
    } catch (error) {
      log.warn({ err: asError(error), owner }, "could not count an owner's long polls; waiting without a limit");
      return async () => {};
    }
  };
}

const windowMilliseconds = limits.waitSeconds * 1_000;
