import { expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { AppError } from "../../runtime/errors.ts";
import { silentLog } from "../../runtime/log.ts";
import { retry } from "./retry.ts";

/** An effect that always fails, and the times of its tries. */
function start(random: number, until: number, error: Error = new Error("away")) {
  const clock = new ManualClock(0);
  const tries: number[] = [];
  const signal = new AbortController().signal;
  const call = retry({ clock, log: silentLog, random: () => random }, "an effect", { until, signal }, async () => {
    tries.push(clock.now());
    throw error;
  });
  const failure = call.catch((thrown: unknown) => thrown);
  return { clock, tries, failure };
}

it.each([
  [1, [0, 200, 600, 1_400, 3_000, 6_200, 11_200, 16_200]],
  [0, [0, 100, 300, 700, 1_500, 3_100, 5_600, 8_100, 10_600, 13_100, 15_600, 18_100]],
])("backs off exponentially up to five seconds, with equal jitter: random %d", async (random, times) => {
  const { clock, tries, failure } = start(random, 20_000);

  await clock.advance(20_000);

  expect(tries).toEqual(times);
  expect(await failure).toEqual(new Error("away"));
});

it("does not retry a permanent refusal", async () => {
  const refusal = new AppError("conflict", "taken");
  const { tries, failure } = start(1, 20_000, refusal);

  expect(await failure).toBe(refusal);
  expect(tries).toEqual([0]);
});
