import { isDeepStrictEqual } from "node:util";
import { isFinished } from "../../../contract/job.ts";
import type { Clock } from "../../../runtime/clock.ts";
import type { Job, JobKey } from "../job.ts";
import { formatJobKey } from "../job-key.ts";
import { createdPosition, expiresAt, indexedState } from "../job-record.ts";
import { claim } from "../machine.ts";
import type { JobStore } from "../ports.ts";
import { settleMilliseconds } from "../take-position.ts";

export interface MemoryStore extends JobStore {
  /** All jobs, for assertions. */
  jobs(): Job[];
}

/** The jobs table in memory. It passes the same contract test as the real one. */
export function createMemoryStore({ clock, retentionDays }: { clock: Clock; retentionDays: number }): MemoryStore {
  const records = new Map<string, Job>();
  /** The jobs of each group that took a position, and when the last one did. */
  const groups = new Map<string, { ids: string[]; at: number }>();

  function find(key: JobKey): Job | undefined {
    const job = records.get(formatJobKey(key));
    if (job === undefined) return undefined;
    const expiry = expiresAt(job, retentionDays);
    return expiry !== undefined && expiry <= clock.now() / 1000 ? undefined : structuredClone(job);
  }

  function write(job: Job): void {
    records.set(formatJobKey(job), structuredClone(job));
  }

  return {
    async create(job) {
      const existing = find(job);
      if (existing) return { created: false, existing };
      write(job);
      return { created: true };
    },

    load: async (key) => find(key),

    peek: async (key) => find(key),

    async replace(next, before) {
      const stored = records.get(formatJobKey(next));
      if (stored?.version !== next.version - 1 || stored.createdAt !== next.createdAt) return false;
      write({ ...stored, ...changesBetween(before, next) });
      return true;
    },

    async claimDue(key, lease, now, types) {
      const before = find(key);
      if (before?.state !== "queued" || before.stateSince > now || !types.includes(before.type)) return undefined;
      if (before.groupId !== undefined) return undefined;
      const claimed = claim(before, lease, now);
      if (claimed.accepted) write(claimed.job);
      return before;
    },

    async clearEvents(job) {
      const stored = find(job);
      if (stored?.createdAt !== job.createdAt) return;
      const { startEvent, endEvents, ...rest } = stored;
      const mayClear = job.startEvent !== undefined || startEvent === undefined;
      if (!isFinished(job.state)) write({ ...rest, ...(endEvents && { endEvents }) });
      else if (stored.version === job.version && mayClear) write(rest);
    },

    async takePosition({ owner, groupId, jobId }) {
      const name = JSON.stringify([owner, groupId]);
      const { ids, at } = groups.get(name) ?? { ids: [], at: 0 };
      groups.set(name, { ids: [...ids, jobId], at: clock.now() });
      return { number: ids.length + 1, earlier: ids.slice(-3).reverse(), settledAt: at + settleMilliseconds };
    },

    async listStale(state, sinceMilliseconds, limit) {
      return [...records.values()]
        .filter((job) => indexedState(job) === state && job.stateSince <= sinceMilliseconds)
        .sort((a, b) => a.stateSince - b.stateSince)
        .slice(0, limit)
        .map(({ owner, jobId }) => ({ owner, jobId }));
    },

    async listOwned(owner, { state, type, before, limit }) {
      const behind = [...records.values()]
        .filter((job) => job.owner === owner && find(job) !== undefined)
        .filter((job) => (state ?? job.state) === job.state && (type ?? job.type) === job.type)
        .filter((job) => before === undefined || createdPosition(job) < before)
        .sort((a, b) => (createdPosition(a) < createdPosition(b) ? 1 : -1));
      const jobs = behind.slice(0, limit).map((job) => structuredClone(job));
      const last = jobs.at(-1);
      return { jobs, next: behind.length > jobs.length && last ? createdPosition(last) : undefined };
    },

    jobs: () => [...records.values()].map((job) => structuredClone(job)),
  };
}

/** The attributes that differ, as the table's store sends them; removed ones are undefined. */
function changesBetween(before: Job, next: Job): Partial<Job> {
  const names = [...new Set([...Object.keys(before), ...Object.keys(next)])] as (keyof Job)[];
  const changed = names.filter((name) => !isDeepStrictEqual(before[name], next[name]));
  return Object.fromEntries(changed.map((name) => [name, next[name]]));
}
