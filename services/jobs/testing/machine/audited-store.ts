import { isFinished } from "../../../../contract/job.ts";
import type { Clock } from "../../../../runtime/clock.ts";
import type { Job } from "../../job.ts";
import type { JobStore } from "../../ports.ts";
import type { MemoryStore } from "../memory-store.ts";

/** A store that throws on every write which breaks an invariant of jobs, whoever the writer is. */
export function auditWrites(store: MemoryStore, clock: Clock): JobStore {
  const tokens = new Set<string>();
  return {
    ...store,
    async replace(next) {
      const before = await store.load(next);
      const written = await store.replace(next);
      if (written && before) auditWrite(before, next, tokens, clock.now());
      return written;
    },
  };
}

function auditWrite(before: Job, next: Job, tokens: Set<string>, now: number): void {
  const begins = next.lease !== undefined && next.lease.token !== before.lease?.token;
  demand(!isFinished(before.state), "a finished job is never written again");
  demand(isFinished(next.state) === (next.finishedAt !== undefined), "a job is finished at one time, or not finished");
  demand((next.state === "running") === (next.lease !== undefined), "a job runs exactly while there is a lease");
  demand(next.attempts >= 0 && next.attempts <= next.maxAttempts, "attempts stay within their limit");
  demand(next.fence === before.fence + (begins ? 1 : 0), "the fence rises by one with each lease, and only then");
  if (!begins || next.lease === undefined) return;
  demand(before.lease === undefined || before.lease.until <= now, "no lease begins while another is living");
  demand(!tokens.has(next.lease.token), "no token is used twice");
  tokens.add(next.lease.token);

  function demand(isTrue: boolean, rule: string): void {
    if (!isTrue) throw new Error(`${rule}: ${JSON.stringify(before)} -> ${JSON.stringify(next)}`);
  }
}
