import { expect, it } from "vitest";
import { Meter } from "./meter.ts";

const minute = 60_000;
const hour = 60 * minute;

it("bills a task from its placement to its stop, and what still runs up to now", () => {
  const meter = new Meter();
  meter.placeTask(0);
  meter.placeTask(hour);
  meter.runTask(hour + minute);

  meter.stopTask(2 * hour, false);

  expect(meter.bill(3 * hour, []).taskHours).toBe(2 + 2);
  expect(meter.runningMilliseconds(3 * hour)).toBe(2 * hour - minute);
});

it("bills an instance from launch to end, a minute at least", () => {
  const meter = new Meter();
  meter.launchInstance();
  meter.launchInstance();
  meter.endInstance(hour, hour + 1);
  meter.endInstance(hour, 2 * hour);

  expect(meter.bill(2 * hour, []).instanceHours).toBeCloseTo(1 + 1 / 60, 12);
  expect(meter.bill(2 * hour, []).instancesLaunched).toBe(2);
});

it("bills instances that are still there, those from before the beginning from the beginning on", () => {
  expect(new Meter().bill(hour, [-hour, hour / 2]).instanceHours).toBe(1.5);
});
