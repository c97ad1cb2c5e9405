import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ScalingSettings } from "../policy/scaling-settings.ts";
import type { ControllerState } from "./controller-state.ts";
import { decide } from "./decide.ts";
import type { Sample } from "./sample.ts";
import { anySample, sampleOf, scalingSettings, workersWith } from "./testing/samples.ts";

const settings = scalingSettings();
const seconds = (count: number) => count * 1_000;
/** 4 jobs/s of 10 s on 20 tasks; the queue has a wait of that many seconds. */
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
/** Decides on one sample every ten seconds. */
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

describe("a wait within the band", () => {
  it("keeps the desired count: 4 jobs/s of 10 s on 20 tasks, 15 s to 30 s in the queue", () => {
    expect(tasksFor(flowing(16))).toBe(20);
    expect(tasksFor(flowing(29))).toBe(20);
  });

  it("states the reason", () => {
    const { decision } = decide(undefined, flowing(20), settings, 0);

    expect(decision).toMatchObject({ neededTasks: 17, usefulTasks: 23, expectedWaitSeconds: 20, needPercent: 100 });
    expect(decision.reason).toBe("80 jobs wait, 40 are in flight: needed 17 tasks, useful 23, stay at 20");
  });

  it("begins at shorter waits with more eagerness, at longer waits with less", () => {
    expect(tasksFor(flowing(29), { eagerness: 1 })).toBeGreaterThan(20);
    expect(tasksFor(flowing(33))).toBeGreaterThan(20);
    expect(tasksFor(flowing(33), { eagerness: -1 })).toBe(20);
  });
});

describe("a wait above the band", () => {
  it("scales out at once, to the needed tasks", () => {
    const { decision } = decide(undefined, flowing(40), settings, 0);

    expect(decision.tasks).toBe(decision.neededTasks);
    expect(decision.tasks).toBeGreaterThan(20);
    expect(decision.needPercent).toBeCloseTo((100 * decision.tasks) / 20);
  });

  it("raises MinSize with the tasks", () => {
    const burst = sampleOf({ visibleJobs: 100, arrivals: { perSecond: 1, counts: [100] } });

    expect(decide(undefined, burst, settings, 0).decision).toMatchObject({ tasks: 47, minSize: 12 });
  });
});

describe("a wait below the band", () => {
  it("scales in only after the stabilization window of twice the task start time", () => {
    expect(ticks([flowing(20), idle, idle, idle, idle, idle]).tasks).toEqual([20, 20, 20, 20, 1, 1]);
  });

  it("does not scale in by less than 15 %", () => {
    const quiet = (tasks: number) => Array.from({ length: 6 }, () => flowing(15, tasks));

    expect(ticks(quiet(22)).tasks.at(-1)).toBe(22);
    expect(ticks(quiet(26)).tasks.at(-1)).toBe(20);
  });

  it("does not scale in within a window after a start without state", () => {
    expect(ticks([idle, idle, idle, idle]).tasks).toEqual([20, 20, 20, 20]);
  });

  it("starts the window again after missed ticks", () => {
    const { state } = ticks([flowing(20), idle, idle, idle, idle]);

    expect(decide(state, idle, settings, seconds(60)).decision.tasks).toBe(1);
    expect(decide(state, idle, settings, seconds(240)).decision.tasks).toBe(20);
  });
});

describe("late jobs", () => {
  it("shorten the allowed wait, to zero at an error budget of 1 %", () => {
    const { state } = ticks([flowing(20)]);
    const at = (lateShare: number, eagerness = 0) =>
      decide({ ...(state as ControllerState), lateShare }, flowing(20), scalingSettings({ eagerness }), seconds(10))
        .decision.neededTasks;

    // 200 jobs of 10 s in 60 s, in 44 s, in 30 s.
    expect([at(0), at(0.0055), at(0.011)]).toEqual([17, 23, 34]);
    // The budget is a quarter of that at an eagerness of 1, four times that at -1.
    expect([at(0.0028, 1), at(0.044, -1)]).toEqual([34, 34]);
  });

  it("are counted once, and forgotten over the next thousand jobs", () => {
    const late = sampleOf({ perSecond: 1, visibleJobs: 70, jobsInFlight: 2 });
    const { state } = ticks([late, late]);

    // Of the 70, those 60 to 70 s old: 10, of the last thousand.
    expect(state?.lateShare).toBeCloseTo(0.01);
    expect(ticks(Array(20).fill(flowing(0)), state).state?.lateShare).toBeLessThan(0.005);
  });
});

describe("minTasks and maxTasks", () => {
  it("take effect at once in both directions, whatever the state", () => {
    const { state } = ticks([flowing(20)]);
    const tasksWith = (changes: Partial<ScalingSettings>) =>
      decide(state, flowing(20), scalingSettings(changes), seconds(10)).decision.tasks;

    expect(tasksWith({ minTasks: 30 })).toBe(30);
    expect(tasksWith({ maxTasks: 5 })).toBe(5);
  });
});

describe("with minTasks 0", () => {
  const fromZero = scalingSettings({ minTasks: 0 });

  it("scales to zero without jobs, and from zero for a single job", () => {
    const atZero = sampleOf({ tasks: 0 });

    expect(decide(undefined, atZero, fromZero, 0).decision).toMatchObject({
      tasks: 0,
      minSize: 0,
      strandedJobs: 0,
    });
    expect(decide(undefined, { ...atZero, visibleJobs: 1 }, fromZero, 0).decision).toMatchObject({
      tasks: 1,
      minSize: 1,
      strandedJobs: 1,
    });
  });

  it("does not scale to zero with a job in flight", () => {
    const working = sampleOf({ jobsInFlight: 1, workers: workersWith(Array(20).fill(100), [5]) });
    let state: ControllerState | undefined;
    for (let second = 0; second < 120; second += 10) {
      const decided = decide(state, working, fromZero, seconds(second));
      state = decided.state;

      expect(decided.decision.tasks).toBe(1);
    }
  });
});

describe("a source that cannot be read", () => {
  const gaps: [string, Partial<Sample>][] = [
    ["arrivals", { arrivals: undefined }],
    ["workers", { workers: undefined }],
    ["both", { arrivals: undefined, workers: undefined }],
  ];

  it.each(gaps)("changes nothing under a steady load: ten minutes without %s", (_, gap) => {
    const complete = ticks([flowing(20), flowing(20)]);

    const { tasks } = ticks(Array(60).fill({ ...flowing(20), ...gap }), {
      ...(complete.state as ControllerState),
      at: 0,
    });

    expect(new Set(tasks)).toEqual(new Set([20]));
  });

  it.each(gaps)("prevents scale-in below one slot per visible or in-flight job: without %s", (_, gap) => {
    fc.assert(
      fc.property(anySample, (sample) => {
        const incomplete = { ...sample, ...gap };
        const { tasks } = ticks(Array(6).fill(incomplete));
        const jobs = incomplete.visibleJobs + incomplete.jobsInFlight;

        expect(tasks.at(-1)).toBeGreaterThanOrEqual(Math.min(200, incomplete.desiredTasks, Math.ceil(jobs / 2)));
      }),
    );
  });

  it("terminates no instance while instances cannot be read", () => {
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

  it("are terminated when empty for twice the time to replace them: 220 s", () => {
    const samples = Array.from({ length: 23 }, () => sampleOf({ instances }));
    let state: ControllerState | undefined;
    const terminated = samples.map((sample, index) => {
      const decided = decide(state, sample, settings, seconds(10 * index));
      state = decided.state;
      return decided.decision.terminateInstances;
    });

    expect(terminated.slice(0, 22).flat()).toEqual([]);
    expect(terminated.at(-1)).toEqual(["i-2", "i-3"]);
  });

  it("are kept for tasks that still have to stop", () => {
    const { decision } = decide(undefined, sampleOf({ runningTasks: 9, desiredTasks: 1, instances }), settings, 0);

    expect(decision.minSize).toBe(3);
  });
});

describe("any sample", () => {
  it("gives an integer between minTasks and maxTasks, and is deterministic", () => {
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

  it("needs no fewer tasks for more waiting jobs", () => {
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
