import { AppError } from "../../runtime/errors.ts";
import type { Schedule, ScheduleKey } from "./schedule.ts";
import type { ScheduleStore } from "./schedule-store.ts";

/**
 * Applies a change to a schedule's current record, again if another writer comes first. A change that returns the same schedule
 * writes nothing. Returns undefined when the schedule does not exist.
 * @param known the last record seen; it saves a read while it is still current
 * @throws AppError `contention`
 */
export async function changeSchedule(
  store: Pick<ScheduleStore, "load" | "replace">,
  key: ScheduleKey,
  apply: (schedule: Schedule) => Schedule,
  known?: Schedule,
): Promise<Schedule | undefined> {
  let before = known ?? (await store.load(key));
  for (let tries = 0; tries < mostTries; tries++) {
    if (before === undefined) return undefined;
    const next = apply(before);
    if (next === before || (await store.replace(next))) return next;
    before = await store.load(key);
  }
  throw new AppError("contention", `Schedule ${key.scheduleId} was changed by others ${mostTries} times in a row.`, {
    details: { ...key },
  });
}

/** A PUT and two sweeps compete for a schedule at most; losing this often points to a defect. */
const mostTries = 20;
