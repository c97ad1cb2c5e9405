import { expect, it } from "vitest";
import { spreadArrivals } from "./spread-arrivals.ts";

const now = 1_000_000;
const onAws = { pace: 1, waitTargetSeconds: 60 };

it("counts by ten seconds back from now, the newest last, as far as the target and a minute", () => {
  const seconds = [
    { at: now - 115_000, jobs: 7 },
    { at: now - 12_000, jobs: 3 },
    { at: now - 5_000, jobs: 2 },
  ];

  const { counts, perSecond } = spreadArrivals(seconds, now, onAws);

  expect(counts).toEqual([7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 2]);
  expect(perSecond).toBeCloseTo(12 / 120);
});

it("leaves out what came before, and takes of a second what lies within", () => {
  const { counts } = spreadArrivals(
    [
      { at: now - 121_000, jobs: 50 },
      { at: now - 10_500, jobs: 4 },
    ],
    now,
    onAws,
  );

  expect(counts.slice(-2)).toEqual([2, 2]);
  expect(counts[0]).toBe(0);
});

it("takes the second that has just begun for what of it has passed", () => {
  const { counts } = spreadArrivals([{ at: now - 200, jobs: 6 }], now, onAws);

  expect(counts.at(-1)).toBe(6);
});

it("spreads a second over six tens of AWS's where these are sixty times shorter", () => {
  const { counts, perSecond } = spreadArrivals([{ at: now - 1_000, jobs: 60 }], now, {
    pace: 60,
    waitTargetSeconds: 60,
  });

  expect(counts.map((count) => Math.round(count))).toEqual([0, 0, 0, 0, 0, 0, 10, 10, 10, 10, 10, 10]);
  expect(perSecond).toBeCloseTo(30);
});

it("is zero where nothing came, which is known", () => {
  expect(spreadArrivals([], now, onAws)).toEqual({ perSecond: 0, counts: Array(12).fill(0) });
});
