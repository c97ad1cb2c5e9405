import { countNames, refusedOwners, waitingSeconds } from "../../contract/owners-table.ts";
import type { Clock } from "../../runtime/clock.ts";
import { asError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import { encodeOwner } from "../jobs/job-key.ts";
import type { OwnerCounts } from "./owner-counts.ts";

/** Places for new jobs of one request. */
export interface Places {
  /** Takes a place. False: the owner has as many waiting jobs as it may. */
  take(): boolean;
  /** Returns a place whose job was not created. */
  giveBack(): void;
  /** Ends the request: unused places are returned. */
  close(): Promise<void>;
  /** For the answer to a refused job: the limit, and the last known count. */
  readonly limit: number;
  readonly count: number;
}

/** Opens places for the jobs of a request. */
export type OpenPlaces = (owner: string, jobs: number) => Promise<Places>;

export interface WaitingGateDeps {
  counts: Pick<OwnerCounts, "add">;
  clock: Clock;
  log: Log;
  /** Jobs of one owner that may wait for their first start. */
  limit: number;
}

/** Every job has a place. */
export const noWaitingLimit: OpenPlaces = async () =>
  placesOf({ granted: Number.POSITIVE_INFINITY, limit: 0, count: 0 });

/** An owner's count, as last read by this process. Times are milliseconds since the epoch. */
interface Known {
  count: number;
  readAt: number;
  /** Accepted jobs that the table does not count yet; below 0, places that it counts too many. */
  uncounted: number;
  /** Until then the owner is taken to be at its limit. */
  fullUntil: number;
  /** Until then the table is taken not to answer. */
  awayUntil: number;
}

/**
 * Limits the jobs of an owner that wait for their first start. Below half of the limit, jobs are counted beside their storing,
 * with at most one write per second and process; above it, before it. Requests in parallel can therefore exceed the limit by the
 * jobs that they bring within a second. While the table does not answer, all jobs are accepted.
 */
export function createWaitingGate({ counts, clock, log, limit }: WaitingGateDeps): OpenPlaces {
  const memory = new Map<string, Known>();

  function knownOf(owner: string): Known {
    const known = memory.get(owner) ?? {
      count: 0,
      readAt: Number.NEGATIVE_INFINITY,
      uncounted: 0,
      fullUntil: 0,
      awayUntil: 0,
    };
    // The latest owners stay; for the others the count is read again.
    memory.delete(owner);
    memory.set(owner, known);
    const [oldest] = memory.keys();
    if (memory.size > mostOwners && oldest !== undefined) memory.delete(oldest);
    return known;
  }

  async function open(owner: string, jobs: number): Promise<Places> {
    const known = knownOf(owner);
    const now = clock.now();
    if (now < known.fullUntil) return placesOf({ granted: 0, limit, count: known.count });
    const isFarBelow = known.count + known.uncounted + jobs <= limit / 2 && now - known.readAt < freshMilliseconds;
    const isAway = now < known.awayUntil;
    const isCovered = known.uncounted + jobs <= 0;
    if (isAway || isCovered || (isFarBelow && now - known.readAt < pauseMilliseconds)) {
      return placesOf({ granted: jobs, limit, count: known.count, settle: async (used) => settle(known, used) });
    }
    if (isFarBelow) {
      const counting = tryAdd(owner, known, jobs, Number.MAX_SAFE_INTEGER);
      return placesOf({
        granted: jobs,
        limit,
        count: known.count,
        settle: async (used) => settle(known, (await counting) === "unknown" ? used : used - jobs),
      });
    }
    return reserve(owner, known, jobs);
  }

  /** Counts jobs before they are stored. If not all have room, as many as have. */
  async function reserve(owner: string, known: Known, jobs: number): Promise<Places> {
    let granted = jobs;
    let outcome = await tryAdd(owner, known, granted, limit);
    if (outcome === "refused") {
      granted = Math.min(jobs - 1, limit - known.count - known.uncounted);
      if (granted > 0) outcome = await tryAdd(owner, known, granted, limit);
      if (outcome === "refused") granted = 0;
      known.fullUntil = clock.now() + pauseMilliseconds;
      await noteRefusal(owner);
    }
    const reserved = outcome === "added" ? granted : 0;
    if (outcome === "unknown") granted = jobs;
    return placesOf({ granted, limit, count: known.count, settle: async (used) => settle(known, used - reserved) });
  }

  /** Adds jobs and those that are not counted yet. */
  async function tryAdd(owner: string, known: Known, jobs: number, most: number): Promise<AddOutcome> {
    const amount = jobs + known.uncounted;
    known.uncounted = 0;
    try {
      const expiresAt = Math.ceil(clock.now() / 1_000) + waitingSeconds;
      const key = { owner: encodeOwner(owner), name: countNames.waiting };
      const { added, count } = await counts.add(key, amount, { most, expiresAt });
      Object.assign(known, { count, readAt: clock.now() });
      if (!added) known.uncounted += amount - jobs;
      return added ? "added" : "refused";
    } catch (error) {
      known.uncounted += amount - jobs;
      known.awayUntil = clock.now() + awayMilliseconds;
      log.warn(
        { err: asError(error), owner },
        "could not count an owner's waiting jobs; accepting them without a limit",
      );
      return "unknown";
    }
  }

  /** The sweeper counts the waiting jobs of a noted owner anew, because counts are lost when a process dies. */
  async function noteRefusal(owner: string): Promise<void> {
    const key = { owner: refusedOwners, name: encodeOwner(owner) };
    const limits = { most: Number.MAX_SAFE_INTEGER, expiresAt: Math.ceil(clock.now() / 1_000) + noteSeconds };
    await counts
      .add(key, 1, limits)
      .catch((error: unknown) =>
        log.warn(
          { err: asError(error), owner },
          "could not note a refused owner; its count of waiting jobs may stay too high",
        ),
      );
  }

  return open;
}

function settle(known: Known, uncounted: number): void {
  known.uncounted += uncounted;
}

type AddOutcome = "added" | "refused" | "unknown";

function placesOf({
  granted,
  limit,
  count,
  settle = async () => {},
}: {
  granted: number;
  limit: number;
  count: number;
  /** Gets the number of places in use at the end. */
  settle?: (used: number) => Promise<void>;
}): Places {
  let used = 0;
  return {
    limit,
    count,
    take() {
      if (used >= granted) return false;
      used += 1;
      return true;
    },
    giveBack() {
      used -= 1;
    },
    close: () => settle(used),
  };
}

const mostOwners = 1_000;
const pauseMilliseconds = 1_000;
/** Other processes count too, so that an older count is read again. */
const freshMilliseconds = 60_000;
/** Each call without an answer delays a request by a second, so that further requests are accepted without asking. */
const awayMilliseconds = 10_000;
const noteSeconds = 3_600;
