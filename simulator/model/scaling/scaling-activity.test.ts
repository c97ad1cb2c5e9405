import { describe, expect, it } from "vitest";
import type { Ask } from "./proposal.ts";
import type { ScalableTarget } from "./scalable-target.ts";
import { type ScalingActivity, type ScalingService, scaleBy } from "./scaling-activity.ts";

const lengths = { outMilliseconds: 60_000, inMilliseconds: 120_000 };
const target: ScalableTarget = { min: 0, max: 20, desired: 10, suspended: { out: false, in: false, scheduled: false } };
const service: ScalingService = { target, cooldown: undefined };
const out = (wanted: number): Ask => ({ asks: "out", base: 10, wanted });
const into = (wanted: number): Ask => ({ asks: "in", base: 10, wanted });

/** The service after an activity that is expected to scale. */
function scaled(activity: ScalingActivity): ScalingService {
  if (!activity.hasScaled) throw new Error(`Expected to scale; it did not: ${activity.reason}.`);
  return activity.service;
}

describe("a scaling activity", () => {
  it("reaches what was asked for and starts the cooldown of its direction", () => {
    expect(scaled(scaleBy(out(15), service, lengths, 0))).toMatchObject({
      target: { desired: 15 },
      cooldown: { direction: "out", milliseconds: 60_000 },
    });
    expect(scaled(scaleBy(into(4), service, lengths, 0))).toMatchObject({
      target: { desired: 4 },
      cooldown: { direction: "in", milliseconds: 120_000 },
    });
  });

  it("counts as added what the bounds let through", () => {
    expect(scaled(scaleBy(out(25), service, lengths, 0))).toMatchObject({
      target: { desired: 20 },
      cooldown: { from: 10, to: 20 },
    });
  });

  it("does not happen again within the cooldown, and does after it", () => {
    const first = scaled(scaleBy(out(12), service, lengths, 0));
    const ask: Ask = { asks: "out", base: 12, wanted: 14 };

    expect(scaleBy(ask, first, lengths, 59_999)).toEqual({ hasScaled: false, reason: "cooldown" });
    expect(scaled(scaleBy(ask, first, lengths, 60_000)).target.desired).toBe(14);
  });

  it.each([
    [
      "a scale-out while out is suspended",
      out(15),
      { suspended: { out: true, in: false, scheduled: false } },
      "suspended",
    ],
    [
      "a scale-in while in is suspended",
      into(5),
      { suspended: { out: false, in: true, scheduled: false } },
      "suspended",
    ],
    ["a scale-out at max", out(25), { desired: 20 }, "AlreadyAtMaxCapacity"],
    ["a scale-in at min", into(0), { desired: 0 }, "AlreadyAtMinCapacity"],
    ["a scale-out to no more than is desired", out(12), { desired: 12 }, "AlreadyAtDesiredCapacity"],
  ] as const)("does not happen for %s [A] botocore NotScaledReason, SuspendedState", (_, ask, changes, reason) => {
    const activity = scaleBy(ask, { ...service, target: { ...target, ...changes } }, lengths, 0);

    expect(activity).toEqual({ hasScaled: false, reason });
  });
});
