import fc from "fast-check";
import type { ScalingSettings } from "../../policy/scaling-settings.ts";
import type { Sample } from "../sample.ts";

/** Wait target 60 s, two slots per task, four tasks per instance, task start 20 s, a tick every 10 s. */
export function scalingSettings(changes: Partial<ScalingSettings> = {}): ScalingSettings {
  return {
    waitTargetSeconds: 60,
    expectedServiceSeconds: 10,
    slots: 2,
    minTasks: 1,
    maxTasks: 200,
    eagerness: 0,
    taskStartSeconds: 20,
    bootSeconds: 90,
    tasksPerInstance: 4,
    tickSeconds: 10,
    ...changes,
  };
}

/** A complete sample of idle tasks, with a steady arrival rate of `perSecond`. */
export function sampleOf({ perSecond = 0, tasks = 1, ...changes }: SampleChanges = {}): Sample {
  return {
    visibleJobs: 0,
    jobsInFlight: 0,
    delayedJobs: 0,
    runningTasks: tasks,
    pendingTasks: 0,
    desiredTasks: tasks,
    arrivals: { perSecond, counts: Array.from({ length: 12 }, () => 10 * perSecond) },
    workers: workersWith(Array.from({ length: 20 }, () => 10)),
    instances: [],
    ...changes,
  };
}

type SampleChanges = Partial<Sample> & { perSecond?: number; tasks?: number };

export function workersWith(
  serviceSeconds: readonly number[],
  agesSeconds: readonly number[] = [],
): NonNullable<Sample["workers"]> {
  return { reportingTasks: 1, slots: 2, busySlots: agesSeconds.length, agesSeconds, serviceSeconds };
}

const anySeconds = fc.double({ min: 0, max: 5_000, noNaN: true });

export const anySample: fc.Arbitrary<Sample> = fc
  .record({
    visibleJobs: fc.nat(5_000),
    jobsInFlight: fc.nat(400),
    runningTasks: fc.nat(200),
    desiredTasks: fc.nat(200),
    counts: fc.array(fc.nat(300), { minLength: 12, maxLength: 12 }),
    ages: fc.array(anySeconds, { maxLength: 30 }),
    times: fc.array(anySeconds, { maxLength: 60 }),
  })
  .map(({ counts, ages, times, ...counted }) => ({
    ...sampleOf(counted),
    arrivals: { perSecond: counts.reduce((sum, count) => sum + count, 0) / 120, counts },
    workers: workersWith(times, ages),
  }));
