import type { Schedule, ScheduleKey } from "../schedule.ts";
import type { ScheduleStore } from "../schedule-store.ts";

/** The schedules table in memory. It passes the same contract test as the real one. */
export function createMemorySchedules(): ScheduleStore {
  const records = new Map<string, Schedule>();
  const nameOf = ({ owner, scheduleId }: ScheduleKey) => JSON.stringify([owner, scheduleId]);
  const write = (schedule: Schedule) => void records.set(nameOf(schedule), structuredClone(schedule));
  const ofOwner = (owner: string) =>
    [...records.values()]
      .filter((schedule) => schedule.owner === owner)
      .sort((one, other) => (one.scheduleId < other.scheduleId ? -1 : 1));

  return {
    async load(key) {
      const found = records.get(nameOf(key));
      return found && structuredClone(found);
    },

    async create(schedule) {
      if (records.has(nameOf(schedule))) return false;
      write(schedule);
      return true;
    },

    async replace(next) {
      const stored = records.get(nameOf(next));
      if (stored?.version !== next.version - 1 || stored.createdAt !== next.createdAt) return false;
      write(next);
      return true;
    },

    remove: async (key) => records.delete(nameOf(key)),

    count: async (owner) => ofOwner(owner).length,

    async list(owner, after, limit) {
      const behind = ofOwner(owner).filter(({ scheduleId }) => after === undefined || scheduleId > after);
      const schedules = behind.slice(0, limit).map((schedule) => structuredClone(schedule));
      const last = schedules.at(-1);
      return { schedules, ...(behind.length >= limit && last ? { next: last.scheduleId } : {}) };
    },

    async listDue(until, limit) {
      return [...records.values()]
        .flatMap(({ owner, scheduleId, nextAt }) => (nextAt === undefined ? [] : [{ owner, scheduleId, nextAt }]))
        .filter(({ nextAt }) => nextAt <= until)
        .sort((one, other) => one.nextAt - other.nextAt)
        .slice(0, limit)
        .map(({ owner, scheduleId }) => ({ owner, scheduleId }));
    },
  };
}
