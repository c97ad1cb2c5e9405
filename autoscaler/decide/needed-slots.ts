import type { ScalingSettings } from "../policy/scaling-settings.ts";
import type { WorkloadEstimate } from "./estimate-workload.ts";
import { type Sample, sum, unlimitedJobs } from "./sample.ts";
import type { WaitingJobs } from "./waiting-jobs.ts";

/**
 * Slots with which jobs wait about `waitSeconds`. The horizon is the lead time plus `waitSeconds`. By the end of the horizon, all jobs
 * that wait now, or arrive within the lead time, must have started:
 *
 *   slots = jobs in flight that still run at the end of the horizon + jobs to start × slotShare(horizon)
 */
export function slotsForWait(
  waitSeconds: number,
  sample: Sample,
  workload: WorkloadEstimate,
  settings: ScalingSettings,
): number {
  const lead = leadSeconds(settings);
  const horizon = lead + waitSeconds;
  const visible = unlimitedJobs(sample).visibleJobs + startableJobs(sample, workload, horizon);
  const toStart = visible + workload.arrivalsPerSecond * lead;
  return workload.stillRunningAfter(horizon) + toStart * workload.slotShare(horizon);
}

/** Visible jobs of types with a limit that may start within `seconds`. The others cannot start, because their type's limit allows no more slots. */
function startableJobs({ limited = [], jobsInFlight }: Sample, workload: WorkloadEstimate, seconds: number): number {
  const stillRunning = jobsInFlight === 0 ? 0 : workload.stillRunningAfter(seconds) / jobsInFlight;
  return sum(
    limited.map((jobs) => {
      const slots = Math.max(0, jobs.limit - jobs.jobsInFlight * stillRunning);
      return Math.min(jobs.visibleJobs, slots / workload.slotShare(seconds));
    }),
  );
}

/** Slots that jobs of types with a limit occupy now, or will occupy when slots are free. */
function limitedSlots({ limited = [] }: Sample): number {
  return sum(limited.map(({ visibleJobs, jobsInFlight, limit }) => Math.min(limit, visibleJobs + jobsInFlight)));
}

/**
 * Slots with which each waiting job starts before its deadline; 0 if the running slots suffice. The deadline of a job is the time at
 * which it has waited `dueShare` of the wait target. Waiting jobs of about the same age are one batch. For each batch, the oldest first,
 * the function computes how many jobs the running slots start before the batch's deadline. The other jobs need new slots, which exist
 * only after the lead time. A batch that would be late even on a new task adds no slots.
 * All jobs in `waiting` are of types without a limit. Slots that jobs of types with a limit need are not available to them.
 */
export function slotsForDeadlines(
  waiting: readonly WaitingJobs[],
  sample: Sample,
  workload: WorkloadEstimate,
  settings: ScalingSettings,
): number {
  const { waitTargetSeconds, slots } = settings;
  const lead = leadSeconds(settings);
  const reserved = limitedSlots(sample);
  const { jobsInFlight } = unlimitedJobs(sample);
  const slotsNow = Math.max(0, sample.runningTasks * slots - reserved);
  const freeSlots = slotsNow - jobsInFlight;
  const inFlightShare = jobsInFlight === sample.jobsInFlight ? 1 : jobsInFlight / sample.jobsInFlight;
  let mostSlots = 0;
  let jobs = 0;
  for (const batch of waiting) {
    jobs += batch.jobs;
    const isTooLate = batch.ageSeconds > waitTargetSeconds - lead;
    if (isTooLate || jobs <= freeSlots) continue;
    // At least one tick longer than the lead time, so that a new slot has time to start jobs.
    const secondsLeft = Math.max(lead + settings.tickSeconds, dueShare * waitTargetSeconds - batch.ageSeconds);
    // The slots that are free by the deadline start these jobs. Each job holds its slot for `slotShare(secondsLeft)` of the time left.
    const startedJobs =
      Math.max(0, slotsNow - inFlightShare * workload.stillRunningAfter(secondsLeft)) / workload.slotShare(secondsLeft);
    const newSlots = (jobs - startedJobs) * workload.slotShare(secondsLeft - lead);
    if (jobs > startedJobs) mostSlots = Math.max(mostSlots, reserved + slotsNow + newSlots);
  }
  return mostSlots;
}

/** Lead time of a scale-out: one tick, plus the time in which a task starts on an instance that has room. */
function leadSeconds({ taskStartSeconds, tickSeconds }: ScalingSettings): number {
  return taskStartSeconds + tickSeconds;
}

/** Time by which a waiting job should start, as a share of the wait target. Below 1, because predicted starts are approximate. */
const dueShare = 0.7;
