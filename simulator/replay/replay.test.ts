import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { policies } from "../policies/catalogue.ts";
import { definePolicy, type PolicyFactory } from "../policies/policy.ts";
import { play, replay } from "./replay.ts";
import { createScenario, createShapeScenario } from "./scenario.ts";
import { randomJobs } from "./testing/random-jobs.ts";

const layers = ["aws", "ideal"] as const;

/** Wants as many tasks as are told at each moment. */
const following =
  (tasksAt: (seconds: number) => number, tickSeconds = 1): PolicyFactory =>
  () =>
    definePolicy({
      name: "following",
      tickSeconds,
      memory: undefined,
      decide(memory, _sample, now) {
        const tasks = tasksAt(now / 1_000);
        return { memory, tasks, actions: [{ kind: "set-desired-count", tasks }] };
      },
    });

const oneJob = (arrival: number, service: number) => ({
  arrivalSeconds: Float64Array.of(arrival),
  serviceSeconds: Float64Array.of(service),
});

describe("a replay", () => {
  it("starts every job exactly once, in order, never before it comes, under any policy", () => {
    const anyRun = fc.record({
      seed: fc.nat(1_000),
      peakPerSecond: fc.constantFrom(0.1, 1, 5),
      meanServiceSeconds: fc.constantFrom(0.5, 10, 200),
      minutes: fc.integer({ min: 1, max: 60 }),
      // A fixed number of tasks may be too small for the jobs ever to end.
      policy: fc.constantFrom(...Object.entries(policies).filter(([name]) => name !== "fixed")),
      layer: fc.constantFrom(...layers),
    });
    fc.assert(
      fc.property(anyRun, ({ policy: [, policy], layer, ...options }) => {
        const scenario = createScenario("random", randomJobs(options));

        const { workers } = play(scenario, policy, { layer, seed: options.seed });

        const { arrivalSeconds } = scenario.jobs;
        let previous = 0;
        for (const [job, startedAt] of workers.startedAt.entries()) {
          expect(startedAt).toBeGreaterThanOrEqual(Math.max(previous, (arrivalSeconds[job] ?? 0) * 1_000));
          previous = startedAt;
        }
        expect([workers.startedCount, workers.finishedCount]).toEqual([workers.jobCount, workers.jobCount]);
      }),
      { numRuns: 80 },
    );
  });

  it.each(layers)("gives the same for the same seed and another for another on layer %s", (layer) => {
    const scenario = createScenario(
      "random",
      randomJobs({ seed: 3, peakPerSecond: 2, meanServiceSeconds: 9, minutes: 60 }),
    );
    const run = (seed: number) => replay(scenario, policies.steering as PolicyFactory, { layer, seed });

    expect(run(1)).toEqual(run(1));
    expect({ ...run(2), seed: 1 }).not.toEqual(run(1));
  });

  it.each(Object.entries(policies))("never costs less than the work under %s", (_, policy) => {
    for (const shape of ["burst", "flash", "diurnal", "nightly"] as const) {
      const service = { kind: "lognormal", meanSeconds: 8, variation: 1 } as const;
      const scenario = createShapeScenario({ shape, meanRate: 1, durationSeconds: 7_200, service, seed: 2 });
      for (const layer of layers) {
        const result = replay(scenario, policy, { layer, seed: 1 });

        expect(result.taskRatio).toBeGreaterThanOrEqual(1);
        expect(result.instanceHours * scenario.tasksPerInstance).toBeGreaterThanOrEqual(result.taskHours * (1 - 1e-9));
      }
    }
  });

  it("starts a job on the ideal layer as soon as an instance could boot and a task start", () => {
    const scenario = createScenario("one", oneJob(100, 5), { initialTasks: 0, minTasks: 0, endSeconds: 600 });

    const { workers, bill } = play(
      scenario,
      following((now) => (now >= 100 ? 1 : 0)),
      { layer: "ideal", seed: 1 },
    );

    const [startedAt = Number.NaN] = workers.startedAt;
    expect(startedAt).toBeGreaterThanOrEqual((100 + 90 + 20) * 1_000);
    expect(startedAt).toBeLessThan((101 + 90 + 20) * 1_000);
    expect(bill.taskHours * 3_600).toBeCloseTo(600 - (startedAt / 1_000 - 20), 6);
    expect(bill.instanceHours * 3_600).toBeCloseTo(600 - (startedAt / 1_000 - 110), 6);
  });

  it("keeps a task that works until it is done, then stops and bills it no longer", () => {
    const scenario = createScenario("one", oneJob(10, 300), { initialTasks: 2, minTasks: 0, endSeconds: 1_000 });

    const { workers, bill } = play(
      scenario,
      following((now) => (now >= 60 ? 0 : 2)),
      { layer: "aws", seed: 1 },
    );

    expect(workers.finishedCount).toBe(1);
    // The idle one until the order at 60 s, the other until its job ends.
    expect(Math.abs(bill.taskHours * 3_600 - (60 + 310))).toBeLessThan(1.1);
  });

  it("lets the capacity provider bring two instances when there are none, minutes after the order", () => {
    const scenario = createScenario("one", oneJob(0, 5), { initialTasks: 0, minTasks: 0 });

    const { bill, workers } = play(
      scenario,
      following(() => 1),
      { layer: "aws", seed: 1 },
    );

    expect(bill.instancesLaunched).toBe(2);
    expect(workers.startedAt[0]).toBeGreaterThan((58 + 20) * 1_000);
  });

  it("says so when jobs never start, and does not wait for them for ever", () => {
    const scenario = createScenario("one", oneJob(0, 5), { initialTasks: 0, minTasks: 0 });

    const result = replay(
      scenario,
      // It is given up after a week.
      following(() => 0, 600),
      { layer: "aws", seed: 1 },
    );

    expect(result).toMatchObject({ sloPercent: 0, unfinishedJobs: 1, taskHours: 0 });
  });
});
