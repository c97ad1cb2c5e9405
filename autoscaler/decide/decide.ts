import type { ScalingSettings } from "../policy/scaling-settings.ts";
import { type Backlog, measureBacklog } from "./backlog.ts";
import { type ControllerState, hasGap, usableState } from "./controller-state.ts";
import { allowedWaitSeconds, trackLateShare } from "./error-budget.ts";
import { estimateWorkload, type WorkloadEstimate } from "./estimate-workload.ts";
import { slotsForDeadlines, slotsForWait } from "./needed-slots.ts";
import { planInstances } from "./plan-instances.ts";
import { type Sample, sum, unlimitedJobs } from "./sample.ts";
import { type WaitingJobs, waitingJobs } from "./waiting-jobs.ts";
import { highest, keepPeaks } from "./windowed-maximum.ts";

/** Task count, instance count, instances to terminate, and the reason. */
export interface Decision extends Backlog, TaskBand {
  /** Task count, between `minTasks` and `maxTasks`. In steering mode it becomes the desired count of the ECS service. */
  tasks: number;
  /** MinSize of the Auto Scaling group. */
  minSize: number;
  /** Ids of EC2 instances that have been empty long enough to terminate. */
  terminateInstances: readonly string[];
  /** `tasks` in percent of running or desired tasks, whichever is higher. 100 means no change. Target tracking scales on this value. */
  needPercent: number;
  /** Time in which the running tasks start all visible jobs of types without a limit. Jobs in flight and arrivals are not counted. */
  expectedWaitSeconds: number;
  reason: string;
}

/** The range of task counts within which the controller keeps the desired count. */
export interface TaskBand {
  /** Fewest tasks with which jobs start in time. A lower desired count is raised at once. */
  neededTasks: number;
  /** Tasks with which jobs wait half as long as is allowed. A higher desired count is lowered after the stabilization window. */
  usefulTasks: number;
}

/**
 * Decides how many tasks and instances the service gets. Pure: the result depends only on the sample, the state that the
 * previous decision left, the settings and the time. Times are milliseconds since the epoch. docs/scaling.md explains the rule.
 */
export function decide(
  before: ControllerState | undefined,
  sample: Sample,
  settings: ScalingSettings,
  now: number,
): { decision: Decision; state: ControllerState } {
  const state = usableState(before, now);
  const recentState = state && !hasGap(state, settings.tickSeconds, now) ? state : undefined;
  const workload = estimateWorkload(sample, settings, state, now);
  const waiting = waitingJobs(unlimitedJobs(sample).visibleJobs, workload);
  const lateShare = trackLateShare(waiting, workload, settings, state, now);
  const band = findBand(waiting, lateShare, sample, workload, settings);
  // Without a recent state the desired count starts the window, so that the controller does not scale in before the window has passed.
  const pastPeaks = recentState?.peaks ?? [[now, sample.desiredTasks] as const];
  const peaks = keepPeaks(pastPeaks, [now, band.usefulTasks], stabilizationMilliseconds(settings));
  const tasks = chooseTasks(sample.desiredTasks, band.neededTasks, highest(peaks), settings);
  const { minSize, terminate, emptySince } = planInstances(tasks, sample, settings, recentState, now);
  return {
    decision: {
      tasks,
      ...band,
      minSize,
      terminateInstances: terminate,
      needPercent: (100 * tasks) / Math.max(1, sample.runningTasks, sample.desiredTasks),
      expectedWaitSeconds: expectedWaitSeconds(sample, workload, settings),
      ...measureBacklog(sample),
      reason: explain(sample, tasks, band),
    },
    state: { version: 1, at: now, peaks, emptySince, lateShare, ...workload.lastKnown },
  };
}

/** Jobs wait up to the allowed wait with `neededTasks`, and up to half of it with `usefulTasks`. */
function findBand(
  waiting: readonly WaitingJobs[],
  lateShare: number,
  sample: Sample,
  workload: WorkloadEstimate,
  settings: ScalingSettings,
): TaskBand {
  const allowedWait = allowedWaitSeconds(settings, lateShare);
  const forDeadlines = slotsForDeadlines(waiting, sample, workload, settings);
  const tasksAt = (waitSeconds: number) =>
    tasksFor(Math.max(forDeadlines, slotsForWait(waitSeconds, sample, workload, settings)), settings);
  const neededTasks = tasksAt(allowedWait);
  const usefulTasks = Math.max(neededTasks, tasksAt(allowedWait / 2), leastTasksIfUnmeasured(sample, settings));
  return { neededTasks, usefulTasks };
}

/** Fewest tasks to scale in to. If arrival or worker data is missing: tasks with one slot for each job that runs or may run. Otherwise 0. */
function leastTasksIfUnmeasured(sample: Sample, settings: ScalingSettings): number {
  if (sample.arrivals && sample.workers) return 0;
  const { visibleJobs, jobsInFlight } = unlimitedJobs(sample);
  const limited = (sample.limited ?? []).map((jobs) => Math.min(jobs.limit, jobs.visibleJobs + jobs.jobsInFlight));
  return tasksFor(visibleJobs + jobsInFlight + sum(limited), settings);
}

function tasksFor(slots: number, settings: ScalingSettings): number {
  // Floating-point noise can turn 6 into 6.000000000000001, which would round up to 7.
  return withinLimits(Math.ceil(Number((slots / settings.slots).toPrecision(12))), settings);
}

/**
 * Twice the task start time, or two ticks if that is longer: a task that is needed again soon is not stopped. In simulation, a longer
 * window cost more task-hours and saved few reversals: docs/scaling-results.md, "Tried and dropped".
 */
function stabilizationMilliseconds({ taskStartSeconds, tickSeconds }: ScalingSettings): number {
  return 2 * 1_000 * Math.max(taskStartSeconds, tickSeconds);
}

/** Scale in only by 15 % or more: smaller reductions are usually undone soon. */
function chooseTasks(desired: number, needed: number, stabilizedUseful: number, settings: ScalingSettings): number {
  if (needed > desired) return needed;
  const isWorthwhile = desired - stabilizedUseful >= smallestReduction * desired;
  return withinLimits(isWorthwhile ? Math.min(desired, stabilizedUseful) : desired, settings);
}

const smallestReduction = 0.15;

function withinLimits(tasks: number, { minTasks, maxTasks }: ScalingSettings): number {
  return Math.min(maxTasks, Math.max(minTasks, tasks));
}

function expectedWaitSeconds(sample: Sample, { serviceSeconds }: WorkloadEstimate, { slots }: ScalingSettings): number {
  return (unlimitedJobs(sample).visibleJobs * serviceSeconds) / (Math.max(1, sample.runningTasks) * slots);
}

function explain(
  { visibleJobs, jobsInFlight, desiredTasks }: Sample,
  tasks: number,
  { neededTasks, usefulTasks }: TaskBand,
): string {
  const verdict = tasks > desiredTasks ? "scale out to" : tasks < desiredTasks ? "scale in to" : "stay at";
  return `${visibleJobs} jobs wait, ${jobsInFlight} are in flight: needed ${neededTasks} tasks, useful ${usefulTasks}, ${verdict} ${tasks}`;
}
