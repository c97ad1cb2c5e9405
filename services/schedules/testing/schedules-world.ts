import { ManualClock } from "../../../runtime/clock.ts";
import { silentLog } from "../../../runtime/log.ts";
import { MemoryQueue } from "../../jobs/testing/memory-queue.ts";
import { createMemoryStore } from "../../jobs/testing/memory-store.ts";
import { noWaitingLimit } from "../../owners/waiting-gate.ts";
import { type FiringDeps, fireDue } from "../fire-due.ts";
import { type Definition, define, type Schedule } from "../schedule.ts";
import { createMemorySchedules } from "./memory-schedules.ts";

export const minute = 60_000;

/** Each hour, in UTC. */
export const hourly: Definition = {
  rhythm: { cron: "0 * * * *", timeZone: "UTC" },
  job: { type: "echo", payload: '{"hello":"world"}', options: {} },
  isPaused: false,
  missed: "skip",
  overlap: "allow",
};

/** Schedules, jobs and their queue in memory, on a clock that the test holds. */
export function createSchedulesWorld(start: string) {
  const clock = new ManualClock(Date.parse(start));
  const schedules = createMemorySchedules();
  const jobs = createMemoryStore({ clock, retentionDays: 7 });
  const queue = new MemoryQueue({ clock, visibilityMilliseconds: minute, maxReceiveCount: 5 });
  const deps: FiringDeps = {
    schedules,
    jobs,
    sendMessage: queue.send,
    openPlaces: noWaitingLimit,
    maxAttempts: 3,
    clock,
    log: silentLog,
  };
  const key = { owner: "alice", scheduleId: "nightly" };

  return {
    clock,
    schedules,
    jobs,
    queue,
    deps,
    key,
    /** What a PUT does. */
    async put(changes: Partial<Definition> = {}, scheduleId = key.scheduleId): Promise<Schedule> {
      const own = { ...key, scheduleId };
      const before = await schedules.load(own);
      const next = define(own, { ...hourly, ...changes }, before, clock.now());
      if (before === undefined) await schedules.create(next);
      else if (next !== before) await schedules.replace(next);
      return next;
    },
    sweep: () => fireDue(deps, clock.now() + 45_000),
    /** Advances the clock in minutes, with a sweep at the end of each. */
    async sweepFor(minutes: number) {
      for (let passed = 0; passed < minutes; passed++) {
        await clock.advance(minute);
        await fireDue(deps, clock.now() + 45_000);
      }
    },
    /** When each job was to start. */
    dueTimes: () => jobs.jobs().map(({ stateSince }) => new Date(stateSince).toISOString().slice(0, 16)),
    async end(jobId: string) {
      const job = await jobs.load({ owner: key.owner, jobId });
      if (job === undefined) throw new Error(`expected a job ${jobId}`);
      await jobs.replace({ ...job, state: "succeeded", finishedAt: clock.now(), version: job.version + 1 }, job);
    },
    async runs() {
      const schedule = await schedules.load(key);
      return (schedule?.runs ?? []).map((run) => ({ ...run, at: new Date(run.at).toISOString().slice(0, 16) }));
    },
  };
}
