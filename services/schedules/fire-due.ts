import { isFinished, type Json } from "../../contract/job.ts";
import { firingJobId } from "../../contract/schedule.ts";
import { atMostAtOnce } from "../../runtime/at-most-at-once.ts";
import type { Clock } from "../../runtime/clock.ts";
import { AppError, asError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import type { JobStore, SendMessage } from "../jobs/ports.ts";
import { asPayload, submitJob } from "../jobs/submit-job.ts";
import type { OpenPlaces } from "../owners/waiting-gate.ts";
import { changeSchedule } from "./change-schedule.ts";
import {
  aheadMilliseconds,
  noteRun,
  type Plan,
  planFiring,
  previousJobId,
  type Run,
  type Schedule,
  type ScheduleKey,
} from "./schedule.ts";
import type { ScheduleStore } from "./schedule-store.ts";

export interface FiringDeps {
  schedules: ScheduleStore;
  jobs: Pick<JobStore, "load" | "create" | "takePosition">;
  sendMessage: SendMessage;
  openPlaces: OpenPlaces;
  /** Attempts of a job that sets no number of its own. */
  maxAttempts: number;
  clock: Clock;
  log: Log;
}

/**
 * Makes the jobs of all firings that are due or will be shortly, the earliest first. A job made ahead starts at its firing's time,
 * because its message is delayed until then.
 * @param until time at which it starts no further schedule; the next sweep continues
 * @throws AppError `schedules` when some schedules could not fire; the next sweep tries again
 */
export async function fireDue(deps: FiringDeps, until: number): Promise<{ fired: number; skipped: number }> {
  const { schedules, clock, log } = deps;
  const keys = await schedules.listDue(clock.now() + aheadMilliseconds, mostListed);
  const tally = { fired: 0, skipped: 0 };
  let failed = 0;
  await atMostAtOnce(mostAtOnce, keys, async (key) => {
    if (clock.now() >= until) return;
    try {
      for (const run of await fireSchedule(deps, key)) tally["jobId" in run ? "fired" : "skipped"] += 1;
    } catch (error) {
      failed += 1;
      log.error({ ...key, err: asError(error) }, "a schedule could not fire; the next sweep tries again");
    }
  });
  if (keys.length > 0) log.info({ listed: keys.length, ...tally, failed }, "fired schedules");
  if (failed > 0) throw new AppError("schedules", `${failed} schedules could not fire; the log names them.`);
  return tally;
}

const mostListed = 50_000;
const mostAtOnce = 32;

/**
 * Makes the job of each firing, then notes the firing in the schedule. After a crash in between, a later sweep makes the same job
 * again, which exists, because its id consists of schedule and time.
 */
async function fireSchedule(deps: FiringDeps, key: ScheduleKey): Promise<Run[]> {
  const { schedules, clock } = deps;
  const runs: Run[] = [];
  let schedule = await schedules.load(key);
  while (schedule !== undefined && runs.length < mostFirings) {
    const plan = planFiring(schedule, await isPreviousRunning(deps, schedule), clock.now());
    const run = await perform(deps, schedule, plan);
    if (plan.kind === "none" || run === undefined) break;
    runs.push(run);
    schedule = await changeSchedule(schedules, key, (current) => noteRun(current, run, plan.from), schedule);
  }
  return runs;
}

/** A schedule fires at most once a minute, and what was missed fires at most once. */
const mostFirings = 10;

async function isPreviousRunning({ jobs }: FiringDeps, schedule: Schedule): Promise<boolean> {
  const jobId = schedule.overlap === "skip" ? previousJobId(schedule) : undefined;
  if (jobId === undefined) return false;
  const job = await jobs.load({ owner: schedule.owner, jobId });
  return job !== undefined && !isFinished(job.state);
}

/** Returns what to note; undefined if nothing happened. */
async function perform(deps: FiringDeps, schedule: Schedule, plan: Plan): Promise<Run | undefined> {
  const { owner, scheduleId } = schedule;
  if (plan.kind === "none") return undefined;
  if (plan.kind === "fire") return (await submitFiring(deps, schedule, plan.at)) ? runAt(plan.at) : undefined;
  const { reason, from, at } = plan;
  if (reason === "missed") {
    // A sweep may have made the first of the missed jobs, and crashed before it noted that.
    const isMade = (await deps.jobs.load({ owner, jobId: firingJobId(scheduleId, from) })) !== undefined;
    if (isMade) return runAt(from);
  }
  deps.log.warn({ owner, scheduleId, at: new Date(at).toISOString(), reason }, "skipped a firing of a schedule");
  return { at, skipped: reason };

  function runAt(at: number): Run {
    return { at, jobId: firingJobId(scheduleId, at) };
  }
}

/** Submits as POST /jobs does. False if the owner has too many waiting jobs: a later sweep tries again. */
async function submitFiring(deps: FiringDeps, { owner, scheduleId, job }: Schedule, at: number): Promise<boolean> {
  const { jobs, sendMessage, openPlaces, maxAttempts, clock, log } = deps;
  const jobId = firingJobId(scheduleId, at);
  const places = await openPlaces(owner, 1);
  const hasPlace = places.take();
  let isNew = false;
  try {
    if (!hasPlace && (await jobs.load({ owner, jobId })) === undefined) {
      log.warn({ owner, scheduleId, limit: places.limit }, "a schedule waits: its owner has too many waiting jobs");
      return false;
    }
    const value = JSON.parse(job.payload) as Json;
    const options = { ...job.options, runAt: new Date(at).toISOString() };
    const artifacts = { keepPayload: async () => ({ json: job.payload }) };
    const request = { owner, jobId, type: job.type, payload: asPayload(value), options };
    ({ isNew } = await submitJob({ store: jobs, sendMessage, artifacts, clock, maxAttempts }, request));
  } catch (error) {
    // The schedule was changed between a crashed sweep and this one, or the owner took the id. Either way the id has its job.
    if (!(error instanceof AppError) || error.code !== "conflict") throw error;
  } finally {
    if (hasPlace && !isNew) places.giveBack();
    await places.close();
  }
  return true;
}
