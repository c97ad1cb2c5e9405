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

/** Each tick takes as long as is said, the first first. */
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

it("ticks evenly over the minute and says which is the last", async () => {
  await run([200, 300]);

  expect(ticked.map(({ at }) => at / 1_000)).toEqual([0, 10, 20, 30, 40, 50]);
  expect(ticked.map(({ isLast }) => isLast)).toEqual([false, false, false, false, false, true]);
});

it("leaves out what a slow tick has overtaken, and keeps to the beat", async () => {
  await run([0, 25_000]);

  expect(ticked.map(({ at }) => at / 1_000)).toEqual([0, 10, 40, 50]);
});

it("ends when another controller has been at work for longer than a dead one holds its lease, 25 s", async () => {
  await run([], (tick) => (tick > 0 ? { outcome: "no-lease" } : decided));

  expect(ticked.map(({ at }) => at / 1_000)).toEqual([0, 10, 20, 30]);
});

it("goes on once the lease that a killed controller left behind has run out", async () => {
  const results = await run([], (tick) => (tick < 2 ? { outcome: "no-lease" } : decided));

  expect(results.map(({ outcome }) => outcome).slice(2)).toEqual(Array(4).fill("decided"));
});

it("goes on after a tick that saw nothing", async () => {
  const results = await run([], (tick) => (tick === 1 ? { outcome: "failed", reason: "throttled" } : decided));

  expect(results).toHaveLength(6);
});
