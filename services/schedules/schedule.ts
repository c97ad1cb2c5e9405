import { isDeepStrictEqual } from "node:util";
import type { JobOptions } from "../../contract/http.ts";
import type { JobType } from "../../contract/job.ts";
import { limits } from "../../contract/limits.ts";
import type { missedPolicies, overlapPolicies } from "../../contract/schedule.ts";
import { lastFiring, nextFiring, type Rhythm, startOfMinute } from "./rhythm.ts";

export interface ScheduleKey {
  owner: string;
  scheduleId: string;
}

/** A firing that has happened: with the job that it made, or without one. Times are milliseconds since the epoch. */
export type Run = { at: number; jobId: string } | { at: number; skipped: "missed" | "overlap" };

/** What a PUT sets. */
export interface Definition {
  rhythm: { cron: string; timeZone: string } | { everyMinutes: number };
  job: {
    type: JobType;
    /** JSON text. */
    payload: string;
    options: Omit<JobOptions, "delaySeconds" | "runAt">;
  };
  isPaused: boolean;
  missed: (typeof missedPolicies)[number];
  overlap: (typeof overlapPolicies)[number];
}

/** A record of the schedules table. */
export interface Schedule extends ScheduleKey, Omit<Definition, "rhythm"> {
  rhythm: Rhythm;
  createdAt: number;
  changedAt: number;
  /** The first firing that has not happened. Absent while the schedule is paused. */
  nextAt?: number | undefined;
  /** Latest firings, the newest first. */
  runs: Run[];
  /** Rises with each write. */
  version: number;
}

/** The next firing of a schedule, and what to do with it. `from` is the `nextAt` that it was planned for. */
export type Plan =
  | { kind: "none" }
  | { kind: "fire"; from: number; at: number }
  | { kind: "skip"; from: number; at: number; reason: "missed" | "overlap" };

/**
 * Creates a schedule or changes it. While the rhythm stays the same, so do its firings: neither a repetition nor a new payload
 * moves them, and those that are overdue stay so. Another rhythm, or the end of a pause, begins with the next firing from now.
 */
export function define(
  key: ScheduleKey,
  { rhythm: given, ...rest }: Definition,
  before: Schedule | undefined,
  now: number,
): Schedule {
  const isSame = before !== undefined && isDeepStrictEqual(withoutStart(before.rhythm), given);
  const rhythm = isSame ? before.rhythm : "cron" in given ? given : { ...given, since: startOfMinute(now) };
  const goesOn = isSame && before.nextAt !== undefined;
  const nextAt = rest.isPaused ? undefined : goesOn ? before.nextAt : nextFiring(rhythm, now);
  const defined = { ...key, ...rest, rhythm, ...(nextAt === undefined ? {} : { nextAt }) };
  if (before === undefined) return { ...defined, createdAt: now, changedAt: now, runs: [], version: 1 };
  const { createdAt, changedAt, runs, version } = before;
  const unchanged = { ...defined, createdAt, changedAt, runs, version };
  return isDeepStrictEqual(unchanged, before) ? before : { ...unchanged, changedAt: now, version: version + 1 };
}

function withoutStart(rhythm: Rhythm): Definition["rhythm"] {
  return "cron" in rhythm ? rhythm : { everyMinutes: rhythm.everyMinutes };
}

/**
 * Plans the firing that is due, or will be shortly. If firings were missed, it plans one for all of them: the latest. A firing
 * that overlaps is skipped only when its time has come, because the previous job may end until then.
 * @param isPreviousRunning tells if the job of the previous firing has not ended
 */
export function planFiring(schedule: Schedule, isPreviousRunning: boolean, now: number): Plan {
  const { nextAt: from, rhythm, missed, overlap } = schedule;
  if (from === undefined || from > now + aheadMilliseconds) return { kind: "none" };
  const at = isMissed(from, now) ? lastFiring(rhythm, from, now) : from;
  if (isMissed(at, now) && missed === "skip") return { kind: "skip", from, at, reason: "missed" };
  if (overlap === "skip" && isPreviousRunning) {
    return at > now ? { kind: "none" } : { kind: "skip", from, at, reason: "overlap" };
  }
  return { kind: "fire", from, at };
}

/** How long before its time a firing is planned. */
export const aheadMilliseconds = limits.firingAheadSeconds * 1_000;

function isMissed(at: number, now: number): boolean {
  return at < now - limits.firingGraceSeconds * 1_000;
}

/**
 * Notes a firing that was planned for `from`, and moves on to the next one. A schedule that was changed meanwhile to fire at
 * other times keeps its own next firing. Returns the same schedule if there is nothing to note.
 */
export function noteRun(schedule: Schedule, run: Run, from: number): Schedule {
  const { nextAt, rhythm, runs, version } = schedule;
  const isKnown = runs.some(({ at }) => at === run.at);
  const isPast = nextAt !== undefined && nextAt >= from && nextAt <= run.at;
  if (isKnown && !isPast) return schedule;
  const { nextAt: _, ...rest } = schedule;
  const following = isPast ? nextFiring(rhythm, run.at) : nextAt;
  return {
    ...rest,
    ...(following === undefined ? {} : { nextAt: following }),
    runs: isKnown ? runs : [run, ...runs].sort((one, other) => other.at - one.at).slice(0, limits.lastRuns),
    version: version + 1,
  };
}

/** The job of the newest firing that made one. */
export function previousJobId({ runs }: Schedule): string | undefined {
  return runs.find((run) => "jobId" in run)?.jobId;
}

/** The next firings whose jobs have not been made. */
export function nextFirings({ nextAt, rhythm }: Schedule): number[] {
  const firings: number[] = [];
  for (let at = nextAt; at !== undefined && firings.length < limits.nextRuns; at = nextFiring(rhythm, at)) {
    firings.push(at);
  }
  return firings;
}
