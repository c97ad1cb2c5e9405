import { isFinished } from "../../../../contract/job.ts";
import type { Clock } from "../../../../runtime/clock.ts";
import type { Job } from "../../job.ts";
import type { JobStore } from "../../ports.ts";
import type { MemoryStore } from "../memory-store.ts";

/** A store that throws on a write that violates an invariant of jobs. */
export function auditWrites(store: MemoryStore, clock: Clock): JobStore {
  const tokens = new Set<string>();
  return {
    ...store,
    async claimDue(key, lease, now, types) {
      const before = await store.claimDue(key, lease, now, types);
      const next = await store.load(key);
      if (before && next) auditWrite(before, next, tokens, clock.now());
      return before;
    },
    async replace(next, before) {
      const written = await store.replace(next, before);
      if (written) auditWrite(before, next, tokens, clock.now());
      return written;
    },
  };
}

function auditWrite(before: Job, next: Job, tokens: Set<string>, now: number): void {
  const begins = next.lease !== undefined && next.lease.token !== before.lease?.token;
  const isRetry = before.earlierRuns?.length !== next.earlierRuns?.length;
  demand(!isFinished(before.state) || isRetry, "a finished job changes only when it is retried by hand");
  demand(
    !isRetry || ["failed", "cancelled"].includes(before.state),
    "only a failed or cancelled job is retried by hand",
  );
  demand(isFinished(next.state) === (next.finishedAt !== undefined), "a job has finishedAt exactly if it is finished");
  demand((next.state === "running") === (next.lease !== undefined), "a job has a lease exactly while it is running");
  demand(next.attempts >= 0 && next.attempts <= next.maxAttempts, "attempts stay within their limit");
  demand(next.fence === before.fence + (begins ? 1 : 0), "the fence rises by one with each lease, and only then");
  if (!begins || next.lease === undefined) return;
  demand(before.lease === undefined || before.lease.until <= now, "no lease begins before the previous one expires");
  demand(!tokens.has(next.lease.token), "no token is used twice");
  tokens.add(next.lease.token);

  function demand(isTrue: boolean, rule: string): void {
    if (!isTrue) throw new Error(`${rule}: ${JSON.stringify(before)} -> ${JSON.stringify(next)}`);
  }
}
