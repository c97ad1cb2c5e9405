import { expect, it } from "vitest";
import type { WorkerReport } from "../../contract/scaling-table.ts";
import { mergeReports } from "./merge-reports.ts";

const now = 1_000_000;

it("adds up slots and running jobs, with the ages of the jobs", () => {
  const reports: WorkerReport[] = [
    { at: now - 2_000, slots: 2, begunAt: [now - 7_500], ended: [] },
    { at: now - 4_000, slots: 3, begunAt: [now - 1_000, now + 50], ended: [] },
  ];

  expect(mergeReports(reports, now, 30)).toEqual({
    reportingTasks: 2,
    slots: 5,
    busySlots: 3,
    agesSeconds: [7.5, 1, 0],
    serviceSeconds: [],
  });
});

it("orders service times of all workers by the end of the job", () => {
  const reports: WorkerReport[] = [
    {
      at: now,
      slots: 1,
      begunAt: [],
      ended: [
        [100, 1_000],
        [300, 3_000],
      ],
    },
    { at: now, slots: 1, begunAt: [], ended: [[200, 2_000]] },
  ];

  expect(mergeReports(reports, now, 30)?.serviceSeconds).toEqual([1, 2, 3]);
});

it("drops the running jobs of a silent worker, and keeps its service times", () => {
  const reports: WorkerReport[] = [
    { at: now - 31_000, slots: 4, begunAt: [now - 60_000], ended: [[1, 9_000]] },
    { at: now, slots: 1, begunAt: [], ended: [] },
  ];

  expect(mergeReports(reports, now, 30)).toMatchObject({
    reportingTasks: 1,
    slots: 1,
    busySlots: 0,
    serviceSeconds: [9],
  });
});

it("is undefined when all workers are silent", () => {
  expect(mergeReports([], now, 30)).toBeUndefined();
  expect(mergeReports([{ at: now - 30_000, slots: 1, begunAt: [], ended: [] }], now, 30)).toBeUndefined();
});
