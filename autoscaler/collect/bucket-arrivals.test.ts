import { expect, it } from "vitest";
import { bucketArrivals } from "./bucket-arrivals.ts";

/** Three seconds into a bucket. */
const now = 1_003_000;
const onAws = { speed: 1, waitTargetSeconds: 60 };

it("counts in clock-aligned buckets over the wait target and a minute, the newest incomplete", () => {
  const seconds = [
    { at: now - 112_000, jobs: 7 },
    { at: now - 5_000, jobs: 3 },
    { at: now - 2_000, jobs: 2 },
  ];

  const { counts, perSecond } = bucketArrivals(seconds, now, onAws);

  expect(counts).toEqual([7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 2]);
  expect(perSecond).toBeCloseTo(12 / 120);
});

it("leaves out earlier arrivals, and splits a second at a bucket boundary", () => {
  const { counts } = bucketArrivals(
    [
      { at: now - 121_000, jobs: 50 },
      { at: now - 3_500, jobs: 4 },
    ],
    now,
    onAws,
  );

  expect(counts.slice(-2)).toEqual([2, 2]);
  expect(counts[0]).toBe(0);
});

it("spreads the current second over the part that has passed", () => {
  const { counts } = bucketArrivals([{ at: now - 200, jobs: 6 }], now, onAws);

  expect(counts.at(-1)).toBe(6);
});

it("spreads a second over several buckets at a speed of 60", () => {
  const later = now + 100;

  const { counts, perSecond } = bucketArrivals([{ at: later - 1_000, jobs: 60 }], later, {
    speed: 60,
    waitTargetSeconds: 60,
  });

  expect(counts.map((count) => Math.round(count))).toEqual([0, 0, 0, 0, 0, 4, 10, 10, 10, 10, 10, 6]);
  expect(perSecond).toBeCloseTo(30);
});

it("is zero without arrivals", () => {
  expect(bucketArrivals([], now, onAws)).toEqual({ perSecond: 0, counts: Array(12).fill(0) });
});
