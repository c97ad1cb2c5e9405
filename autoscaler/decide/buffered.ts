import type { Sample } from "./decide.ts";

/**
 * How many tasks, by the buffered feed-forward: the queue may wait a share of the wait target, as waiting within the
 * target is free and an idle slot is not. Out at once; in only to the most that was needed over the last minute.
 */
export function decideBuffered(
  policy: BufferedPolicy,
  sample: FlowSample,
  memory: BufferedMemory,
  nowMilliseconds: number,
): BufferedDecision {
  const slots = neededSlots(policy, sample);
  const needed = clamp(Math.ceil(round(slots / policy.slots)), policy.minTasks, policy.maxTasks);
  const wishes = keepPeaks(memory.wishes, { at: nowMilliseconds, tasks: needed });
  const [highest = { tasks: needed }] = wishes;
  const reason = `${sample.visibleJobs} jobs wait and ${sample.jobsInFlight} run: ${needed} tasks needed, ${highest.tasks} kept`;
  return { tasks: highest.tasks, needed, memory: { wishes }, reason };
}

/** What the operator wants and has, and how long things take. */
export interface BufferedPolicy {
  /** How long a job may wait before it starts. */
  waitTargetSeconds: number;
  /** Jobs one task runs at once. */
  slots: number;
  /** From an order to a task that works, where there is room for it. */
  taskStartSeconds: number;
  /** From one decision to the next. */
  tickSeconds: number;
  minTasks: number;
  maxTasks: number;
  /** How much of the wait target the queue may use up in equilibrium. */
  waitShare: number;
}

/** A share of .25 left the fewest late jobs where instances have to boot; up to .4 costs less. */
export const defaultWaitShare = 0.25;

/** A sample with what workers and API measured: the queue's own counts say neither. */
export interface FlowSample extends Sample {
  arrivalsPerSecond: number;
  meanServiceSeconds: number;
}

/** What one decision leaves to the next: falling needs of the last minute, the highest and oldest first. */
export interface BufferedMemory {
  wishes: readonly { at: number; tasks: number }[];
}

export interface BufferedDecision {
  tasks: number;
  /** Before scale-in waits. */
  needed: number;
  memory: BufferedMemory;
  reason: string;
}

export const emptyBufferedMemory: BufferedMemory = { wishes: [] };

const scaleInWaitMilliseconds = 60_000;

/** Slots, not tasks. */
function neededSlots(policy: BufferedPolicy, sample: FlowSample): number {
  const { waitTargetSeconds, taskStartSeconds, tickSeconds } = policy;
  const { visibleJobs: waiting, jobsInFlight, runningTasks, arrivalsPerSecond } = sample;
  const service = sample.meanServiceSeconds;
  const horizon = taskStartSeconds + tickSeconds;
  // Where no time is left between an order and the target, nothing may wait on purpose, and idle slots must.
  const isTight = waitTargetSeconds <= taskStartSeconds + 2 * tickSeconds;
  const buffer = isTight ? 0 : policy.waitShare * waitTargetSeconds;
  const withSpare = (slots: number) => (isTight ? slots + Math.sqrt(slots) : slots);
  if (service > horizon + buffer) return withSpare(jobsInFlight * (1 - buffer / service) + waiting);

  const forFlow = ((waiting + arrivalsPerSecond * horizon) * service) / (horizon + buffer);
  // What the running slots do not get through before new ones can help has the rest of the wait target.
  const leftOver = waiting * service - runningTasks * policy.slots * horizon;
  const forBacklog = leftOver / Math.max(waitTargetSeconds - taskStartSeconds - 1.5 * tickSeconds, taskStartSeconds);
  return withSpare(Math.max(forFlow, forBacklog));
}

/** The windowed maximum: whoever is not above a newer wish can never be the maximum again. */
function keepPeaks(wishes: BufferedMemory["wishes"], newest: { at: number; tasks: number }): BufferedMemory["wishes"] {
  const recent = wishes.filter(({ at, tasks }) => at > newest.at - scaleInWaitMilliseconds && tasks > newest.tasks);
  return [...recent, newest];
}

function clamp(value: number, minimum: number, maximum: number): number {
  return Math.min(maximum, Math.max(minimum, value));
}

/** 12 digits hide the noise of binary fractions, which would round 6.000000000000001 up to 7. */
function round(value: number): number {
  return Number(value.toPrecision(12));
}
