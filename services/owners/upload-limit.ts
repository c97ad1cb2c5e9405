import { countNames } from "../../contract/owners-table.ts";
import type { Clock } from "../../runtime/clock.ts";
import { asError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import { encodeOwner } from "../jobs/job-key.ts";
import type { OwnerCounts } from "./owner-counts.ts";

/** Counts an upload that was asked for. Returns why it is refused; undefined if it is not. */
export type CountUpload = (owner: string, bytes: number) => Promise<UploadRefusal | undefined>;

export interface UploadRefusal {
  limitBytes: number;
  countedBytes: number;
  /** Until the day ends in UTC. */
  secondsLeft: number;
}

export interface UploadLimitDeps {
  counts: Pick<OwnerCounts, "add">;
  clock: Clock;
  log: Log;
  megabytesPerDay: number;
}

/** Every upload is allowed. */
export const noUploadLimit: CountUpload = async () => undefined;

/** Limits the bytes that an owner may announce on a day in UTC. While the table does not answer, every upload is allowed. */
export function createUploadLimit({ counts, clock, log, megabytesPerDay }: UploadLimitDeps): CountUpload {
  const limitBytes = megabytesPerDay * 2 ** 20;
  return async (owner, bytes) => {
    const now = clock.now();
    const midnight = (Math.floor(now / dayMilliseconds) + 1) * dayMilliseconds;
    const key = { owner: encodeOwner(owner), name: countNames.uploads(new Date(now).toISOString().slice(0, 10)) };
    try {
      const expiresAt = (midnight + dayMilliseconds) / 1_000;
      const { added, count } = await counts.add(key, bytes, { most: limitBytes, expiresAt });
      if (added) return undefined;
      return { limitBytes, countedBytes: count, secondsLeft: Math.ceil((midnight - now) / 1_000) };
    } catch (error) {
      log.warn({ err: asError(error), owner, bytes }, "could not count an owner's upload; allowing it");
      return undefined;
    }
  };
}

const dayMilliseconds = 24 * 3_600 * 1_000;
