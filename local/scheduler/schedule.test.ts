import { expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { readRate, type ScheduleOptions, startSchedule } from "./schedule.ts";

it.each([
  ["rate(1 minute)", 60_000],
  ["rate(5 minutes)", 300_000],
  ["rate(2 hours)", 7_200_000],
  ["rate(1 day)", 86_400_000],
])("reads %s", (expression, everyMilliseconds) => {
  expect(readRate(expression)).toBe(everyMilliseconds);
});

it.each(["cron(0 12 * * ? *)", "at(2026-01-01T00:00:00)"])("says that it does not know %s yet", (expression) => {
  expect(() => readRate(expression)).toThrow(
    expect.objectContaining({ code: "schedule", message: expect.stringMatching(/does not support/) }),
  );
});

it.each(["rate(0 minutes)", "rate(1 second)", "rate(1.5 minutes)", "rate(1 minute", "every minute", ""])(
  "refuses %j",
  (expression) => {
    expect(() => readRate(expression)).toThrow(/^expected a schedule such as rate\(5 minutes\)/);
  },
);

it("fires within the first minute and then at its rate, until it is stopped", async () => {
  const { firings, clock, stop } = start({ expression: "rate(5 minutes)" });

  await clock.advance(15 * 60_000);
  stop();
  await clock.advance(15 * 60_000);

  expect(firings).toEqual([1, 6, 11].map((minutes) => minutes * 60_000));
});

it("fires as many times sooner as the speed says", async () => {
  const { firings, clock, stop } = start({ speed: 30 });

  await clock.advance(6_000);
  stop();

  expect(firings).toEqual([2_000, 4_000, 6_000]);
});

it("fires again while an earlier firing is still at work, as AWS does", async () => {
  const { firings, clock, stop } = start({ target: () => new Promise(() => {}) });

  await clock.advance(180_000);
  stop();

  expect(firings).toHaveLength(3);
});

it("tells of a firing that failed, and goes on", async () => {
  const { firings, errors, clock, stop } = start({ target: () => Promise.reject(new Error("no such function")) });

  await clock.advance(120_000);
  stop();

  expect(firings).toHaveLength(2);
  expect(errors).toEqual(["no such function", "no such function"]);
});

it("keeps to the beat, and does not make up for what a machine asleep has missed", async () => {
  const clock = new LateClock();
  const { firings, stop } = start({ clock });

  clock.lateMilliseconds = 200_000;
  await clock.advance(60_000);
  clock.lateMilliseconds = 0;
  await clock.advance(100_000);
  stop();

  expect(firings).toEqual([260_000, 300_000, 360_000]);
});

it("refuses to be slower than AWS", () => {
  expect(() => start({ speed: 0.5 })).toThrow(/0\.5$/);
  expect(() => start({ speed: Number.NaN })).toThrow(/NaN$/);
});

/** A clock whose timers fire late, as on a machine that was asleep. */
class LateClock extends ManualClock {
  lateMilliseconds = 0;

  override now(): number {
    return super.now() + this.#slept;
  }

  override after(milliseconds: number, callback: () => void): () => void {
    return super.after(milliseconds, () => {
      this.#slept += this.lateMilliseconds;
      callback();
    });
  }

  #slept = 0;
}

function start({
  target = () => Promise.resolve(),
  clock = new ManualClock(),
  ...options
}: Partial<ScheduleOptions> = {}) {
  const firings: number[] = [];
  const errors: string[] = [];
  const stop = startSchedule({
    expression: "rate(1 minute)",
    clock,
    speed: 1,
    target() {
      firings.push(clock.now());
      return target();
    },
    onError: (error) => void errors.push(error.message),
    ...options,
  });
  return { firings, errors, clock: clock as ManualClock, stop };
}
