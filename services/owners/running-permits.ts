import { countNames, runningPrefix } from "../../contract/owners-table.ts";
import { type Backoff, backoffCeiling } from "../../runtime/backoff.ts";
import type { Clock } from "../../runtime/clock.ts";
import { asError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import { encodeOwner } from "../jobs/job-key.ts";
import type { OwnerCounts } from "./owner-counts.ts";
import { allowedPermits, type Holding, hasSpare, isDisposable, newHolding, plannedWrite } from "./permit-plan.ts";

/** The right to run one job of an owner. */
export interface Permit {
  release(): void;
}

export interface RunningPermits {
  /** Returns a permit, or undefined while the owner's jobs occupy all slots that it may. */
  acquire(owner: string): Promise<Permit | undefined>;
  /** Returns all permits to the table. Call it when no job runs any more. */
  close(): Promise<void>;
}

export interface PermitDeps {
  counts: Pick<OwnerCounts, "write" | "remove" | "list">;
  clock: Clock;
  log: Log;
  /** In [0, 1). */
  random(): number;
  /** Unique for each worker process. */
  workerId: string;
  /** Jobs of one owner that may run at the same time in all workers. */
  limit: number;
  /** Jobs that this worker runs at the same time. */
  slots: number;
}

/** Every job may run. */
export const noRunningLimit: RunningPermits = {
  acquire: async () => ({ release() {} }),
  close: async () => {},
};

/** A holding, the callers that wait for a permit of it, and the end of its last call to the table. */
interface Entry {
  holding: Holding;
  wanted: ((permit: Permit | undefined) => void)[];
  turn: Promise<void>;
  /** Calls that have not ended. */
  turns: number;
}

/**
 * Limits how many jobs of an owner run at the same time in all workers. Each worker has an item for each owner whose jobs it
 * runs, with the number of its permits and an expiry. To get more it first raises its own number, then reads the numbers of
 * all workers, consistently; if the sum exceeds the limit, it lowers its number again. Of two workers that raise theirs at the
 * same time, at least one reads the other's. A worker that dies loses its permits when its items expire. While the table does
 * not answer, jobs run without permits, and an owner gets all slots of a worker but one: a flood that slows the table down for its
 * own owner must not occupy the others' slots.
 */
export function createRunningPermits(deps: PermitDeps): RunningPermits {
  const { counts, clock, log, random, workerId, limit, slots } = deps;
  const limitWithoutTable = Math.min(limit, Math.max(1, slots - 1));
  const entries = new Map<string, Entry>();
  let sequence = 0;
  let cancelBeat = clock.after(beatMilliseconds, beat);

  function acquire(owner: string): Promise<Permit | undefined> {
    const entry = entryOf(owner);
    const { promise, resolve } = Promise.withResolvers<Permit | undefined>();
    entry.wanted.push(resolve);
    void inTurn(entry, () => serve(owner, entry));
    return promise;
  }

  function entryOf(owner: string): Entry {
    const known = entries.get(owner);
    if (known) return known;
    const entry: Entry = { holding: newHolding(), wanted: [], turn: Promise.resolve(), turns: 0 };
    entries.set(owner, entry);
    return entry;
  }

  function take(holding: Holding): Permit {
    holding.running += 1;
    let isHeld = true;
    return {
      release() {
        if (!isHeld) return;
        isHeld = false;
        holding.running -= 1;
        holding.releasedAt = clock.now();
      },
    };
  }

  /** One call at a time for each owner: two writes of one item must not overlap. `work` never rejects. */
  function inTurn(entry: Entry, work: () => Promise<void>): Promise<void> {
    entry.turns += 1;
    entry.turn = entry.turn.then(work).finally(() => {
      entry.turns -= 1;
    });
    return entry.turn;
  }

  /** Gives permits to the callers that wait; a turn before this one may have served them already. */
  async function serve(owner: string, { holding, wanted }: Entry): Promise<void> {
    const callers = wanted.splice(0);
    const target = holding.running + callers.length;
    const isFull = clock.now() < holding.fullUntil;
    const isAway = target > holding.held && !isFull && (await raise(owner, holding, target)) === "table away";
    for (const give of callers) {
      const mayRun = hasSpare(holding) || (isAway && holding.running < limitWithoutTable);
      give(mayRun ? take(holding) : undefined);
    }
  }

  async function raise(owner: string, holding: Holding, target: number): Promise<"done" | "table away"> {
    const now = clock.now();
    if (now < holding.awayUntil) return "table away";
    let allowed: number;
    try {
      // Contended owners are read first, so that permits of raised numbers rarely make other workers' requests fail.
      if (now < holding.contendedUntil && allowedPermits(holding, target, await others(owner), limit) <= holding.held) {
        refuse(holding);
        return "done";
      }
      holding.isWritten = false;
      await write(owner, holding, target);
      allowed = allowedPermits(holding, target, await others(owner), limit);
    } catch (error) {
      holding.awayUntil = clock.now() + awayMilliseconds;
      log.warn(
        { err: asError(error), owner },
        "no answer about an owner's running jobs; running its jobs in all slots of this worker but one",
      );
      return "table away";
    }
    if (allowed === target) holding.refusals = 0;
    else {
      refuse(holding);
      await tryWrite(owner, holding, allowed);
    }
    holding.held = allowed;
    return "done";
  }

  function refuse(holding: Holding): void {
    const now = clock.now();
    holding.refusals += 1;
    holding.fullUntil = now + backoffCeiling(holding.refusals, fullBackoff) * (1 + 2 * random());
    holding.contendedUntil = now + contendedMilliseconds;
  }

  /** Permits of the other workers. */
  async function others(owner: string): Promise<number> {
    const own = countNames.running(workerId);
    const all = await counts.list(encodeOwner(owner), runningPrefix, clock.now() / 1_000);
    return all.filter(({ name }) => name !== own).reduce((sum, { count }) => sum + count, 0);
  }

  async function write(owner: string, holding: Holding, count: number): Promise<void> {
    const key = { owner: encodeOwner(owner), name: countNames.running(workerId) };
    const now = clock.now();
    if (count === 0) await counts.remove(key);
    else {
      sequence += 1;
      await counts.write(key, count, { sequence, expiresAt: Math.ceil((now + lifeMilliseconds) / 1_000) });
    }
    holding.writtenAt = now;
    holding.isWritten = true;
  }

  /** After a failure the next beat writes again; until then the item may have too high a number, which is safe. */
  async function tryWrite(owner: string, holding: Holding, count: number): Promise<void> {
    holding.isWritten = false;
    await write(owner, holding, count).catch((error: unknown) =>
      log.warn({ err: asError(error), owner }, "could not write an owner's permits; trying again"),
    );
  }

  function beat(): void {
    const now = clock.now();
    for (const [owner, entry] of entries) {
      if (entry.turns === 0 && isDisposable(entry.holding, now)) entries.delete(owner);
      else if (plannedWrite(entry.holding, now) !== undefined) void inTurn(entry, () => renew(owner, entry.holding));
    }
    cancelBeat = clock.after(beatMilliseconds, beat);
  }

  async function renew(owner: string, holding: Holding): Promise<void> {
    const count = plannedWrite(holding, clock.now());
    if (count === undefined) return;
    holding.held = count;
    await tryWrite(owner, holding, count);
  }

  return {
    acquire,
    async close() {
      cancelBeat();
      await Promise.all(
        [...entries].map(([owner, entry]) =>
          inTurn(entry, async () => {
            if (entry.holding.held > 0 || !entry.holding.isWritten) await tryWrite(owner, entry.holding, 0);
          }),
        ),
      );
    },
  };
}

const beatMilliseconds = 5_000;
/** An item expires if its worker has not renewed it for this long. The beat renews it after a quarter of it. */
const lifeMilliseconds = 60_000;
/**
 * After a refusal the worker asks for no further permit of the owner for one to three times this long. In a large fleet many
 * workers ask, and each reads the items of all: DynamoDB allows 3,000 read units a second for one owner.
 */
const fullBackoff: Backoff = { baseMilliseconds: 1_000, capMilliseconds: 16_000 };
const contendedMilliseconds = 60_000;
/** Each call without an answer delays a job by a second, so that further jobs run without asking. */
const awayMilliseconds = 10_000;
