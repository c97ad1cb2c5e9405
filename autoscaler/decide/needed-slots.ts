import type { ScalingSettings } from "../policy/scaling-settings.ts";
import type { WorkloadEstimate } from "./estimate-workload.ts";
import type { Sample } from "./sample.ts";
import type { WaitingJobs } from "./waiting-jobs.ts";

/**
 * Slots with which the queue settles at a wait of `waitSeconds`. The horizon is the lead time plus that wait. By its end all
 * jobs that wait now, or arrive within the lead time, must have started. Slots = jobs in flight that still run at the
 * horizon's end + jobs to start × the share of the horizon for which each holds a slot.
 */
export function slotsForWait(
  waitSeconds: number,
  sample: Sample,
  workload: WorkloadEstimate,
  settings: ScalingSettings,
): number {
  const lead = leadSeconds(settings);
  const horizon = lead + waitSeconds;
  const toStart = sample.visibleJobs + workload.arrivalsPerSecond * lead;
  return workload.stillRunningAfter(horizon) + toStart * workload.slotShare(horizon);
}

/**
 * Slots with which each waiting job starts before `dueShare` of its wait target; 0 if the running slots suffice. For each
 * group of waiting jobs, the oldest first: jobs that the running slots cannot start in the time left need new slots, which
 * exist only after the lead time. Jobs that would be late even on a new task are no reason to add one.
 */
export function slotsForDeadlines(
  waiting: readonly WaitingJobs[],
  sample: Sample,
  workload: WorkloadEstimate,
  settings: ScalingSettings,
): number {
  const { waitTargetSeconds, slots } = settings;
  const lead = leadSeconds(settings);
  const running = sample.runningTasks * slots;
  const free = running - sample.jobsInFlight;
  let most = 0;
  let jobs = 0;
  for (const group of waiting) {
    jobs += group.jobs;
    const isBeyondHelp = group.ageSeconds > waitTargetSeconds - lead;
    if (isBeyondHelp || jobs <= free) continue;
    const left = Math.max(lead + settings.tickSeconds, dueShare * waitTargetSeconds - group.ageSeconds);
    const starts = Math.max(0, running - workload.stillRunningAfter(left)) / workload.slotShare(left);
    if (jobs > starts) most = Math.max(most, running + (jobs - starts) * workload.slotShare(left - lead));
  }
  return most;
}

/** Lead time of a scale-out: until the next tick, and from there until a task runs its first job on an existing instance. */
function leadSeconds({ taskStartSeconds, tickSeconds }: ScalingSettings): number {
  return taskStartSeconds + tickSeconds;
}

/** Share of the wait target after which a job counts as due. Below 1, because the predicted starts are only approximate. */
const dueShare = 0.7;
