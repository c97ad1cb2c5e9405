import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ControllerState } from "./controller-state.ts";
import { estimateWorkload, type WorkloadEstimate } from "./estimate-workload.ts";
import type { Sample } from "./sample.ts";
import { sampleOf, scalingSettings, workersWith } from "./testing/samples.ts";

const settings = scalingSettings();
const read = (sample: Sample, state?: ControllerState, now = 0): WorkloadEstimate =>
  estimateWorkload(sample, settings, state, now);
const remembering = (changes: Partial<ControllerState>): ControllerState => ({
  version: 1,
  at: 0,
  peaks: [],
  emptySince: [],
  lateShare: 0,
  serviceSeconds: undefined,
  arrivals: undefined,
  ...changes,
});

describe("how long jobs run", () => {
  it("is what the operator expects until twenty have ended", () => {
    expect(read(sampleOf({ workers: workersWith(Array(19).fill(3)) })).serviceSeconds).toBe(10);
    expect(read(sampleOf({ workers: workersWith(Array(20).fill(3)) })).serviceSeconds).toBe(3);
  });

  it("is what was last known while the workers are silent", () => {
    expect(read(sampleOf({ workers: undefined }), remembering({ serviceSeconds: 7 })).serviceSeconds).toBe(7);
  });

  it("takes a share of the horizon: half of the jobs 10 s and half 100 s hold a slot for 25 s of 40", () => {
    const { slotShare } = read(sampleOf({ workers: workersWith([...Array(10).fill(10), ...Array(10).fill(100)]) }));

    expect(slotShare(40)).toBeCloseTo(25 / 40);
  });

  it("is told by age: of those, one that has run for 20 s will still run in 40 s, a new one in half of the cases", () => {
    const workers = workersWith([...Array(10).fill(10), ...Array(10).fill(100)], [20, 0]);
    const { stillRunningAfter } = read(sampleOf({ jobsInFlight: 2, workers }));

    expect(stillRunningAfter(40)).toBe(1.5);
    expect(stillRunningAfter(90)).toBe(0.5);
  });

  it("lets the tasks that report stand for those that do not", () => {
    const workers = workersWith(Array(20).fill(100), [20, 30]);

    expect(read(sampleOf({ jobsInFlight: 8, workers })).stillRunningAfter(40)).toBe(8);
  });

  it("gives a job that is older than all before it as long again", () => {
    const workers = workersWith(Array(20).fill(10), [100]);

    expect(read(sampleOf({ jobsInFlight: 1, workers })).stillRunningAfter(25)).toBe(0.75);
  });

  it("never says that more run later than sooner, nor that a job holds more than the horizon", () => {
    const anyTimes = fc.array(fc.double({ min: 0, max: 1e4, noNaN: true }), { maxLength: 60 });
    fc.assert(
      fc.property(anyTimes, anyTimes, fc.nat(100), (times, ages, jobsInFlight) => {
        const flow = read(sampleOf({ jobsInFlight, workers: workersWith(times, ages) }));
        const horizons = [1, 10, 45, 300, 3_000];
        const running = horizons.map(flow.stillRunningAfter);

        expect(running).toEqual([...running].sort((one, other) => other - one));
        for (const still of running) expect(still <= jobsInFlight + 1e-9).toBe(true);
        for (const seconds of horizons) expect(flow.slotShare(seconds) <= 1 + 1e-9).toBe(true);
      }),
    );
  });
});

describe("how fast jobs come", () => {
  it("is what was last known for two minutes without a count", () => {
    const state = remembering({ arrivals: { value: 3, at: 0 } });
    const blind = sampleOf({ arrivals: undefined, jobsInFlight: 20 });

    expect(read(blind, state, 120_000).arrivalsPerSecond).toBe(3);
    // Then Little's law: 20 jobs of 10 s in flight came at 2/s.
    expect(read(blind, state, 121_000).arrivalsPerSecond).toBe(2);
  });

  it("takes jobs whose coming was not seen for neither lost nor due", () => {
    const { arrivalCounts } = read(sampleOf({ arrivals: undefined, visibleJobs: 90, jobsInFlight: 0 }));

    expect(arrivalCounts).toEqual(Array(12).fill(30));
  });
});
