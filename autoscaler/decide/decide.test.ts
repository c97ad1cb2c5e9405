import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ScalingSettings } from "../policy/scaling-settings.ts";
import type { ControllerState } from "./controller-state.ts";
import { decide } from "./decide.ts";
import type { Sample } from "./sample.ts";
import { anySample, sampleOf, scalingSettings, workersWith } from "./testing/samples.ts";

const settings = scalingSettings();
const seconds = (count: number) => count * 1_000;
/** 4 jobs/s of 10 s on 20 tasks, for so many seconds in the queue. */
const flowing = (waitSeconds: number, tasks = 20) =>
  sampleOf({
    perSecond: 4,
    visibleJobs: 4 * waitSeconds,
    jobsInFlight: 40,
    tasks,
    workers: workersWith(Array(400).fill(10), Array(40).fill(5)),
  });
const idle = sampleOf({ tasks: 20 });
const tasksFor = (sample: Sample, changes: Partial<ScalingSettings> = {}) =>
  decide(undefined, sample, scalingSettings(changes), 0).decision.tasks;
/** Decides every ten seconds; the service is as it is each time. */
function ticks(
  samples: readonly Sample[],
  from?: ControllerState,
): { tasks: number[]; state: ControllerState | undefined } {
  let state = from;
  const tasks = samples.map((sample, index) => {
    const decided = decide(state, sample, settings, seconds(10 * index));
    state = decided.state;
    return decided.decision.tasks;
  });
  return { tasks, state };
}

describe("within the band", () => {
  it("as many tasks as there are will do: 4 jobs/s of 10 s on 20 tasks, 15 s to 30 s in the queue", () => {
    expect(tasksFor(flowing(16))).toBe(20);
    expect(tasksFor(flowing(29))).toBe(20);
  });

  it("says why", () => {
    const { decision } = decide(undefined, flowing(20), settings, 0);

    expect(decision).toMatchObject({ neededTasks: 17, usefulTasks: 23, expectedWaitSeconds: 20, needPercent: 100 });
    expect(decision.reason).toBe("80 jobs wait and 40 run: 17 to 23 tasks fit, stay at 20");
  });

  it("lies lower for the eager and higher for the thrifty", () => {
    expect(tasksFor(flowing(29), { eagerness: 1 })).toBeGreaterThan(20);
    expect(tasksFor(flowing(33))).toBeGreaterThan(20);
    expect(tasksFor(flowing(33), { eagerness: -1 })).toBe(20);
  });
});

describe("above the band", () => {
  it("goes out at once, as far as the top of the band", () => {
    const { decision } = decide(undefined, flowing(40), settings, 0);

    expect(decision.tasks).toBe(decision.neededTasks);
    expect(decision.tasks).toBeGreaterThan(20);
    expect(decision.needPercent).toBeCloseTo((100 * decision.tasks) / 20);
  });

  it("orders instances with the tasks", () => {
    const burst = sampleOf({ visibleJobs: 100, arrivals: { perSecond: 1, counts: [100] } });

    expect(decide(undefined, burst, settings, 0).decision).toMatchObject({ tasks: 47, minSize: 12 });
  });
});

describe("below the band", () => {
  it("goes in only when that has held for twice a task's start", () => {
    expect(ticks([flowing(20), idle, idle, idle, idle, idle]).tasks).toEqual([20, 20, 20, 20, 1, 1]);
  });

  it("keeps what is not worth giving up: less than 15 %", () => {
    const quiet = (tasks: number) => Array.from({ length: 6 }, () => flowing(15, tasks));

    expect(ticks(quiet(22)).tasks.at(-1)).toBe(22);
    expect(ticks(quiet(26)).tasks.at(-1)).toBe(20);
  });

  it("does not go in by what has just begun: whoever starts, or lost its state, holds what there is", () => {
    expect(ticks([idle, idle, idle, idle]).tasks).toEqual([20, 20, 20, 20]);
  });

  it("takes a state with a hole for none", () => {
    const { state } = ticks([flowing(20), idle, idle, idle, idle]);

    expect(decide(state, idle, settings, seconds(60)).decision.tasks).toBe(1);
    expect(decide(state, idle, settings, seconds(240)).decision.tasks).toBe(20);
  });
});

describe("late jobs", () => {
  it("take the wait out of the band: none is left at one in a hundred", () => {
    const { state } = ticks([flowing(20)]);
    const at = (lateShare: number, eagerness = 0) =>
      decide({ ...(state as ControllerState), lateShare }, flowing(20), scalingSettings({ eagerness }), seconds(10))
        .decision.neededTasks;

    // 200 jobs of 10 s in 60 s, in 44 s, in 30 s.
    expect([at(0), at(0.0055), at(0.011)]).toEqual([17, 23, 34]);
    // The eager have spent their budget at a quarter of that, the thrifty at four times as much.
    expect([at(0.0028, 1), at(0.044, -1)]).toEqual([34, 34]);
  });

  it("are counted as they pass the target, and forgotten over a thousand others", () => {
    const late = sampleOf({ perSecond: 1, visibleJobs: 70, jobsInFlight: 2 });
    const { state } = ticks([late, late]);

    // Of the 70, those 60 to 70 s old: 10, of the last thousand.
    expect(state?.lateShare).toBeCloseTo(0.01);
    expect(ticks(Array(20).fill(flowing(0)), state).state?.lateShare).toBeLessThan(0.005);
  });
});

describe("what the operator allows", () => {
  it("is heeded at once, in both directions, whatever is remembered", () => {
    const { state } = ticks([flowing(20)]);
    const with_ = (changes: Partial<ScalingSettings>) =>
      decide(state, flowing(20), scalingSettings(changes), seconds(10)).decision.tasks;

    expect(with_({ minTasks: 30 })).toBe(30);
    expect(with_({ maxTasks: 5 })).toBe(5);
  });
});

describe("with no least number", () => {
  const sleepy = scalingSettings({ minTasks: 0 });

  it("sleeps when nothing waits, runs or comes, and one job wakes it", () => {
    const asleep = sampleOf({ tasks: 0 });

    expect(decide(undefined, asleep, sleepy, 0).decision).toMatchObject({
      tasks: 0,
      minSize: 0,
      strandedJobs: 0,
    });
    expect(decide(undefined, { ...asleep, visibleJobs: 1 }, sleepy, 0).decision).toMatchObject({
      tasks: 1,
      minSize: 1,
      strandedJobs: 1,
    });
  });

  it("does not fall asleep on a job in flight", () => {
    const working = sampleOf({ jobsInFlight: 1, workers: workersWith(Array(20).fill(100), [5]) });
    let state: ControllerState | undefined;
    for (let second = 0; second < 120; second += 10) {
      const decided = decide(state, working, sleepy, seconds(second));
      state = decided.state;

      expect(decided.decision.tasks).toBe(1);
    }
  });
});

describe("what cannot be seen", () => {
  const blindWays: [string, Partial<Sample>][] = [
    ["arrivals", { arrivals: undefined }],
    ["workers", { workers: undefined }],
    ["both", { arrivals: undefined, workers: undefined }],
  ];

  it.each(blindWays)("moves nothing by itself: a steady flow without %s for ten minutes", (_, readErrors) => {
    const seen = ticks([flowing(20), flowing(20)]);

    const { tasks } = ticks(Array(60).fill({ ...flowing(20), ...readErrors }), {
      ...(seen.state as ControllerState),
      at: 0,
    });

    expect(new Set(tasks)).toEqual(new Set([20]));
  });

  it.each(blindWays)("is no reason to go in below a slot for each job there is, without %s", (_, readErrors) => {
    fc.assert(
      fc.property(anySample, (sample) => {
        const blind = { ...sample, ...readErrors };
        const { tasks } = ticks(Array(6).fill(blind));
        const jobs = blind.visibleJobs + blind.jobsInFlight;

        expect(tasks.at(-1)).toBeGreaterThanOrEqual(Math.min(200, blind.desiredTasks, Math.ceil(jobs / 2)));
      }),
    );
  });

  it("is not released: unknown instances are not empty", () => {
    const { state } = ticks([sampleOf({ instances: [{ id: "i-1", tasks: 0 }] })]);
    const { decision } = decide(state, sampleOf({ instances: undefined }), settings, seconds(10));

    expect(decision.terminateInstances).toEqual([]);
  });
});

describe("instances", () => {
  const instances = [
    { id: "i-1", tasks: 1 },
    { id: "i-2", tasks: 0 },
    { id: "i-3", tasks: 0 },
  ];

  it("may go when they have been empty for twice the time that it takes to get them back: 220 s", () => {
    const samples = Array.from({ length: 23 }, () => sampleOf({ instances }));
    let state: ControllerState | undefined;
    const released = samples.map((sample, index) => {
      const decided = decide(state, sample, settings, seconds(10 * index));
      state = decided.state;
      return decided.decision.terminateInstances;
    });

    expect(released.slice(0, 22).flat()).toEqual([]);
    expect(released.at(-1)).toEqual(["i-2", "i-3"]);
  });

  it("are kept for tasks that are still to stop", () => {
    const { decision } = decide(undefined, sampleOf({ runningTasks: 9, desiredTasks: 1, instances }), settings, 0);

    expect(decision.minSize).toBe(3);
  });
});

describe("any sample", () => {
  it("gives a whole number within the bounds, and the same for the same", () => {
    fc.assert(
      fc.property(anySample, fc.integer({ min: 1, max: 4_000 }), (sample, waitTargetSeconds) => {
        const own = scalingSettings({ waitTargetSeconds });
        const decided = decide(undefined, sample, own, 0);

        expect(Number.isInteger(decided.decision.tasks)).toBe(true);
        expect(decided.decision.tasks).toBeGreaterThanOrEqual(own.minTasks);
        expect(decided.decision.tasks).toBeLessThanOrEqual(own.maxTasks);
        expect(Object.values(decided.decision)).not.toContain(Number.NaN);
        expect(decide(undefined, sample, own, 0)).toEqual(decided);
      }),
    );
  });

  it("needs no fewer tasks for more jobs that wait", () => {
    fc.assert(
      fc.property(anySample, fc.nat(500), (sample, more) => {
        const needed = (visibleJobs: number) =>
          decide(undefined, { ...sample, visibleJobs }, settings, 0).decision.neededTasks;

        expect(needed(sample.visibleJobs + more)).toBeGreaterThanOrEqual(needed(sample.visibleJobs));
      }),
    );
  });

  it("leaves a state that survives JSON and stays below 2 KB", () => {
    const names = Array.from({ length: 100 }, (_, index) => `i-0123456789abcd${String(index).padStart(3, "0")}`);
    const instances = names.map((id) => ({ id, tasks: 0 }));
    fc.assert(
      fc.property(fc.array(anySample, { minLength: 1, maxLength: 12 }), (samples) => {
        const { state } = ticks(samples.map((sample) => ({ ...sample, instances })));
        const text = JSON.stringify(state);

        expect(text.length).toBeLessThan(2_048);
        expect(decide(JSON.parse(text), idle, settings, seconds(120))).toEqual(
          decide(state, idle, settings, seconds(120)),
        );
      }),
      { numRuns: 30 },
    );
  });
});
