import { beforeEach, expect, it } from "vitest";
import { ManualClock } from "../runtime/clock.ts";
import { runTicks } from "./run-ticks.ts";
import type { TickResult } from "./tick.ts";

const decided = { outcome: "decided" } as TickResult;

let clock: ManualClock;
let ticked: { at: number; isLast: boolean }[];
beforeEach(() => {
  clock = new ManualClock(0);
  ticked = [];
});

/** Runs one minute of ticks that take the given milliseconds each. */
async function run(durations: number[], result: (tick: number) => TickResult = () => decided): Promise<TickResult[]> {
  const running = runTicks({
    tick: async ({ isLast }) => {
      const number = ticked.length;
      ticked.push({ at: clock.now(), isLast });
      const takes = durations[number] ?? 0;
      if (takes > 0) await new Promise<void>((resolve) => clock.after(takes, resolve));
      return result(number);
    },
    clock,
    ticks: 6,
    minuteSeconds: 60,
  });
  await clock.advance(120_000);
  return running;
}

it("ticks at even intervals, and marks the last tick", async () => {
  await run([200, 300]);

  expect(ticked.map(({ at }) => at / 1_000)).toEqual([0, 10, 20, 30, 40, 50]);
  expect(ticked.map(({ isLast }) => isLast)).toEqual([false, false, false, false, false, true]);
});

it("skips ticks that a slow one has overtaken, and keeps the intervals", async () => {
  await run([0, 25_000]);

  expect(ticked.map(({ at }) => at / 1_000)).toEqual([0, 10, 40, 50]);
});

it("ends when another controller has held the lease for longer than a dead one could, 25 s", async () => {
  await run([], (tick) => (tick > 0 ? { outcome: "no-lease" } : decided));

  expect(ticked.map(({ at }) => at / 1_000)).toEqual([0, 10, 20, 30]);
});

it("goes on once the lease of a killed controller has expired", async () => {
  const results = await run([], (tick) => (tick < 2 ? { outcome: "no-lease" } : decided));

  expect(results.map(({ outcome }) => outcome).slice(2)).toEqual(Array(4).fill("decided"));
});

it("goes on after a failed tick", async () => {
  const results = await run([], (tick) => (tick === 1 ? { outcome: "failed", reason: "throttled" } : decided));

  expect(results).toHaveLength(6);
});
