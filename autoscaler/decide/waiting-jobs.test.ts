import { expect, it } from "vitest";
import { estimateWorkload } from "./estimate-workload.ts";
import { sampleOf, scalingSettings } from "./testing/samples.ts";
import { waitingJobs } from "./waiting-jobs.ts";

const waitingOf = (visibleJobs: number, counts: number[]) => {
  const sample = sampleOf({ visibleJobs, arrivals: { perSecond: 1, counts } });
  return waitingJobs(visibleJobs, estimateWorkload(sample, scalingSettings(), undefined, 0));
};

it("takes the latest arrivals as the waiting jobs, with their ages", () => {
  expect(waitingOf(25, [50, 10, 20, 3])).toEqual([
    { ageSeconds: 25, jobs: 2 },
    { ageSeconds: 15, jobs: 20 },
    { ageSeconds: 5, jobs: 3 },
  ]);
});

it("gives jobs beyond the counted arrivals the age of the oldest count", () => {
  expect(waitingOf(5, [0, 2])).toEqual([
    { ageSeconds: 20, jobs: 3 },
    { ageSeconds: 5, jobs: 2 },
  ]);
});

it("is empty for an empty queue", () => {
  expect(waitingOf(0, [4, 4])).toEqual([]);
});
