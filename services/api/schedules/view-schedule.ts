import type { ScheduleView } from "../../../contract/schedule.ts";
import { nextFirings, type Schedule } from "../../schedules/schedule.ts";

/** A schedule as the API shows it. */
export function viewSchedule(schedule: Schedule): ScheduleView {
  const { scheduleId, rhythm, job, isPaused, missed, overlap, createdAt, changedAt, runs } = schedule;
  return {
    scheduleId,
    ...("cron" in rhythm ? rhythm : { everyMinutes: rhythm.everyMinutes }),
    job: { type: job.type, payload: JSON.parse(job.payload), ...job.options },
    paused: isPaused,
    missed,
    overlap,
    createdAt: asTime(createdAt),
    changedAt: asTime(changedAt),
    nextRuns: nextFirings(schedule).map(asTime),
    lastRuns: runs.map((run) => ({ ...run, at: asTime(run.at) })),
  };
}

function asTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
