import { lateBudget, type ScalingPolicy, waitShare } from "../policy/scaling-policy.ts";
import { type Backlog, measureBacklog } from "./backlog.ts";
import { readFlow } from "./flow.ts";
import { wishInstances } from "./instances.ts";
import { trackLateShare } from "./late-share.ts";
import { hasGap, type Memory, recall } from "./memory.ts";
import { slotsForDeadlines, slotsForFlow } from "./needed-slots.ts";
import type { Sample } from "./sample.ts";
import { waitingJobs } from "./waiting-jobs.ts";
import { highest, keepPeaks } from "./windowed-maximum.ts";

/** How many tasks and instances there are to be, and why. */
export interface Decision extends Backlog {
  tasks: number;
  /** The fewest that do: with fewer, jobs would wait for too long. */
  neededTasks: number;
  /** The most that make sense: with more, slots would stand idle. */
  usefulTasks: number;
  instanceFloor: number;
  /** Instances that have been empty long enough to go. */
  releaseInstances: readonly string[];
  /** The wish in percent of what runs or is on its way: 100 is right, and what target tracking acts on. */
  needPercent: number;
  /** How long a job that comes now will wait, if nothing changes. */
  expectedWaitSeconds: number;
  reason: string;
}

/**
 * Decides from what is seen and what the last decision left. As many tasks as there are will do while the queue's wait is
 * within a band. Above it, more at once; below it, fewer, when that has held for a while: whoever remembers nothing has not
 * seen it hold.
 */
export function decide(
  before: Memory | undefined,
  sample: Sample,
  policy: ScalingPolicy,
  now: number,
): { decision: Decision; memory: Memory } {
  const memory = recall(before, now);
  const windows = memory && !hasGap(memory, policy.tickSeconds, now) ? memory : undefined;
  const flow = readFlow(sample, policy, memory, now);
  const waiting = waitingJobs(sample.visibleJobs, flow);
  const lateShare = trackLateShare(waiting, flow, policy, memory, now);
  const longestWait = longestWaitSeconds(policy, lateShare);
  const due = slotsForDeadlines(waiting, sample, flow, policy);
  const tasksAt = (waitSeconds: number) =>
    tasksFor(Math.max(due, slotsForFlow(waitSeconds, sample, flow, policy)), policy);
  const neededTasks = tasksAt(longestWait);
  const usefulTasks = Math.max(neededTasks, tasksAt(longestWait / 2), heldBlindly(sample, policy));
  const peaks = keepPeaks(windows?.peaks ?? [[now, sample.desiredTasks]], [now, usefulTasks], holdMilliseconds(policy));
  const tasks = chooseTasks(sample.desiredTasks, neededTasks, highest(peaks), policy);
  const { floor, release, emptySince } = wishInstances(tasks, sample, policy, windows, now);
  const decision = {
    tasks,
    neededTasks,
    usefulTasks,
    instanceFloor: floor,
    releaseInstances: release,
    needPercent: (100 * tasks) / Math.max(1, sample.runningTasks, sample.desiredTasks),
    expectedWaitSeconds: (sample.visibleJobs * flow.serviceSeconds) / (Math.max(1, sample.runningTasks) * policy.slots),
    ...measureBacklog(sample),
  };
  return {
    decision: { ...decision, reason: explain(sample, decision) },
    memory: { version: 1, at: now, peaks, emptySince, lateShare, ...flow.known },
  };
}

/** The top of the band: less of it, the more jobs were late, and nothing on purpose once those use up their budget. */
function longestWaitSeconds({ waitTargetSeconds, eagerness }: ScalingPolicy, lateShare: number): number {
  return waitShare(eagerness) * waitTargetSeconds * Math.max(0, 1 - lateShare / lateBudget(eagerness));
}

/** Who does not see what comes and what runs knows only the jobs there are: none of their slots is given up. */
function heldBlindly({ arrivals, workers, visibleJobs, jobsInFlight }: Sample, policy: ScalingPolicy): number {
  return arrivals && workers ? 0 : tasksFor(visibleJobs + jobsInFlight, policy);
}

/** Kept idle for as long as twice its start costs: the most that whoever cannot foresee loses is then twice the least. */
function holdMilliseconds({ taskStartSeconds, tickSeconds }: ScalingPolicy): number {
  return 2_000 * Math.max(taskStartSeconds, tickSeconds);
}

function tasksFor(slots: number, policy: ScalingPolicy): number {
  // 12 digits hide the noise of binary fractions, which would round 6.000000000000001 up to 7.
  return clamp(Math.ceil(Number((slots / policy.slots).toPrecision(12))), policy);
}

/** In only by what is worth it: a few tasks of many would be back before long. */
function chooseTasks(desired: number, needed: number, useful: number, policy: ScalingPolicy): number {
  if (needed > desired) return needed;
  const isWorthIt = desired - useful >= worthwhileShare * desired;
  return clamp(isWorthIt ? Math.min(desired, useful) : desired, policy);
}

function clamp(tasks: number, { minTasks, maxTasks }: ScalingPolicy): number {
  return Math.min(maxTasks, Math.max(minTasks, tasks));
}

function explain(
  { visibleJobs, jobsInFlight, desiredTasks }: Sample,
  { tasks, neededTasks, usefulTasks }: Pick<Decision, "tasks" | "neededTasks" | "usefulTasks">,
): string {
  const verdict = tasks > desiredTasks ? "out to" : tasks < desiredTasks ? "in to" : "stay at";
  return `${visibleJobs} jobs wait and ${jobsInFlight} run: ${neededTasks} to ${usefulTasks} tasks are right, ${verdict} ${tasks}`;
}

const worthwhileShare = 0.15;
