import { Cron } from "croner";
import { limitsOf, type TaskLimits, type TaskSchedule } from "./task-schedules.ts";

/** A schedule's times. */
export type Times = Pick<TaskSchedule, "cron" | "timeZone">;

/** The limits in force: those of the entry in force, or the stack's own. */
export function taskLimitsAt(schedules: readonly TaskSchedule[], own: TaskLimits, now: number): TaskLimits {
  return limitsOf(entryInForce(schedules, now)?.schedule, own);
}

/** The entry whose last time is the latest, and that time; undefined before the first. The later entry wins a tie. */
export function entryInForce(
  schedules: readonly TaskSchedule[],
  now: number,
): { at: number; schedule: TaskSchedule } | undefined {
  let latest: { at: number; schedule: TaskSchedule } | undefined;
  for (const schedule of schedules) {
    const at = lastTime(schedule, now);
    if (at !== undefined && at >= (latest?.at ?? at)) latest = { at, schedule };
  }
  return latest;
}

/** The last time of a schedule, at the latest `now`; undefined if there was none. */
export function lastTime({ cron, timeZone }: Times, now: number): number | undefined {
  // Croner's runs are whole seconds, and its previous run is before the second that it is given.
  const nextSecond = new Date(Math.floor(now / 1_000) * 1_000 + 1_000);
  return new Cron(cron, { timezone: timeZone }).previousRuns(1, nextSecond)[0]?.getTime();
}

/**
 * The next time of a schedule after `now`; undefined if there is none, as on 30 February.
 * @throws if the expression has a value out of range
 */
export function nextTime({ cron, timeZone }: Times, now: number): number | undefined {
  return new Cron(cron, { timezone: timeZone }).nextRun(new Date(now))?.getTime();
}
