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

describe("service times", () => {
  it("are the expected one until twenty jobs have ended", () => {
    expect(read(sampleOf({ workers: workersWith(Array(19).fill(3)) })).serviceSeconds).toBe(10);
    expect(read(sampleOf({ workers: workersWith(Array(20).fill(3)) })).serviceSeconds).toBe(3);
  });

  it("are the last known mean while workers cannot be read", () => {
    expect(read(sampleOf({ workers: undefined }), remembering({ serviceSeconds: 7 })).serviceSeconds).toBe(7);
  });

  it("give the slot share: of jobs half 10 s and half 100 s, one holds its slot for 25 s of 40", () => {
    const { slotShare } = read(sampleOf({ workers: workersWith([...Array(10).fill(10), ...Array(10).fill(100)]) }));

    expect(slotShare(40)).toBeCloseTo(25 / 40);
  });

  it("give survival by age: of those, a job of age 20 s still runs in 40 s, a new one with probability 0.5", () => {
    const workers = workersWith([...Array(10).fill(10), ...Array(10).fill(100)], [20, 0]);
    const { stillRunningAfter } = read(sampleOf({ jobsInFlight: 2, workers }));

    expect(stillRunningAfter(40)).toBe(1.5);
    expect(stillRunningAfter(90)).toBe(0.5);
  });

  it("are scaled up from the tasks that report to all jobs in flight", () => {
    const workers = workersWith(Array(20).fill(100), [20, 30]);

    expect(read(sampleOf({ jobsInFlight: 8, workers })).stillRunningAfter(40)).toBe(8);
  });

  it("give a job older than all measured ones up to its age again", () => {
    const workers = workersWith(Array(20).fill(10), [100]);

    expect(read(sampleOf({ jobsInFlight: 1, workers })).stillRunningAfter(25)).toBe(0.75);
  });

  it("never let more jobs run later than sooner, nor a job hold its slot beyond the horizon", () => {
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

describe("the arrival rate", () => {
  it("is the last known one for two minutes, then follows Little's law", () => {
    const state = remembering({ arrivals: { value: 3, at: 0 } });
    const blind = sampleOf({ arrivals: undefined, jobsInFlight: 20 });

    expect(read(blind, state, 120_000).arrivalsPerSecond).toBe(3);
    // 20 jobs in flight ÷ 10 s.
    expect(read(blind, state, 121_000).arrivalsPerSecond).toBe(2);
  });

  it("unknown, gives no visible job more than half of the wait target", () => {
    const { arrivalCounts } = read(sampleOf({ arrivals: undefined, visibleJobs: 90, jobsInFlight: 0 }));

    expect(arrivalCounts).toEqual(Array(12).fill(30));
  });
});
