import { countNames } from "../../contract/owners-table.ts";
import type { Clock } from "../../runtime/clock.ts";
import { asError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import { encodeOwner } from "../jobs/job-key.ts";
import type { OwnerCounts } from "./owner-counts.ts";

/** Counts jobs that no longer wait for their first start. */
export interface WaitingExits {
  started(owner: string): void;
  /** Writes what is not written yet. */
  close(): Promise<void>;
}

export interface WaitingExitDeps {
  counts: Pick<OwnerCounts, "subtract">;
  clock: Clock;
  log: Log;
}

/** For stacks without a limit of waiting jobs. */
export const noWaitingExits: WaitingExits = { started() {}, close: async () => {} };

/** Subtracts started jobs from their owners' counts, with one write per owner and second. After a failure the next write adds them. */
export function createWaitingExits({ counts, clock, log }: WaitingExitDeps): WaitingExits {
  const started = new Map<string, number>();
  let cancelWrite: (() => void) | undefined;
  let writing = Promise.resolve();

  function add(owner: string, jobs: number): void {
    started.set(owner, (started.get(owner) ?? 0) + jobs);
  }

  function plan(milliseconds: number): void {
    cancelWrite ??= clock.after(milliseconds, () => {
      cancelWrite = undefined;
      writing = writing.then(write);
    });
  }

  async function write(): Promise<void> {
    const counted = [...started];
    started.clear();
    await Promise.all(
      counted.map(([owner, jobs]) =>
        counts.subtract({ owner: encodeOwner(owner), name: countNames.waiting }, jobs).catch((error: unknown) => {
          log.warn({ err: asError(error), owner, jobs }, "could not count started jobs; adding them to the next write");
          add(owner, jobs);
          plan(pauseAfterFailureMilliseconds);
        }),
      ),
    );
  }

  return {
    started(owner) {
      add(owner, 1);
      plan(pauseMilliseconds);
    },
    async close() {
      await writing;
      await write();
      cancelWrite?.();
      cancelWrite = undefined;
    },
  };
}

const pauseMilliseconds = 1_000;
const pauseAfterFailureMilliseconds = 10_000;
