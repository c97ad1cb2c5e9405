import { describe, expect, it } from "vitest";
import { estimateWorkload } from "./estimate-workload.ts";
import { slotsForDeadlines, slotsForWait } from "./needed-slots.ts";
import type { Sample } from "./sample.ts";
import { sampleOf, scalingSettings, workersWith } from "./testing/samples.ts";
import { waitingJobs } from "./waiting-jobs.ts";

const settings = scalingSettings();
const flowSlots = (waitSeconds: number, sample: Sample) =>
  slotsForWait(waitSeconds, sample, estimateWorkload(sample, settings, undefined, 0), settings);
const deadlineSlots = (sample: Sample) => {
  const flow = estimateWorkload(sample, settings, undefined, 0);
  return slotsForDeadlines(waitingJobs(sample.visibleJobs, flow), sample, flow, settings);
};

describe("slots for a wait", () => {
  it("are arrival rate × service time once the queue has that wait: 4 jobs/s × 10 s = 40", () => {
    const workers = workersWith(Array(400).fill(10), Array(40).fill(5));

    expect(flowSlots(30, sampleOf({ perSecond: 4, visibleJobs: 4 * 30, jobsInFlight: 40, workers }))).toBeCloseTo(40);
  });

  it("are fewer while the queue is shorter: half of that for an empty queue and a wait of 30 s", () => {
    const workers = workersWith(Array(400).fill(10), Array(40).fill(5));

    expect(flowSlots(30, sampleOf({ perSecond: 4, jobsInFlight: 40, workers }))).toBeCloseTo(20);
  });

  it("are one for each long job, in flight or waiting", () => {
    const workers = workersWith(Array(400).fill(1_000), Array(50).fill(100));

    expect(flowSlots(30, sampleOf({ visibleJobs: 8, jobsInFlight: 50, workers }))).toBeCloseTo(58);
  });
});

describe("slots for the deadlines", () => {
  it("are none while the running slots start every job in time", () => {
    expect(deadlineSlots(sampleOf({ perSecond: 1, visibleJobs: 5, tasks: 10 }))).toBe(0);
  });

  it("start a sudden backlog in time: 120 jobs of 10 s, 37 s left, of which 30 s are lead time", () => {
    const sample = sampleOf({ visibleJobs: 120, tasks: 10, arrivals: { perSecond: 1, counts: [120] } });

    // The time left is at least lead time + one tick, 40 s: 20 slots start 80 jobs; 40 more slots start the other 40 in the last 10 s.
    expect(deadlineSlots(sample)).toBeCloseTo(60);
  });

  it("are not added for jobs that would be late even on a new task", () => {
    const sample = sampleOf({ visibleJobs: 100, tasks: 1, arrivals: { perSecond: 1, counts: [100, 0, 0, 0] } });

    expect(deadlineSlots(sample)).toBe(0);
  });
});
