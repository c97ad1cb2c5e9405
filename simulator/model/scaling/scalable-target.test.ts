import { describe, expect, it } from "vitest";
import { desiredAfter, registerTarget, type ScalableTarget } from "./scalable-target.ts";

const none = { out: false, in: false, scheduled: false };
const target: ScalableTarget = { min: 2, max: 10, desired: 5, suspended: none };

describe("RegisterScalableTarget [A] botocore", () => {
  it.each([
    [{ min: 7 }, 5, 7],
    [{ max: 3 }, 5, 3],
    [{ min: 1, max: 20 }, 5, 5],
    [{}, 1, 2],
    [{}, 11, 10],
  ])("%j with %d tasks moves the capacity to %d at once", (request, capacity, desired) => {
    expect(registerTarget(target, request, capacity).target.desired).toBe(desired);
  });

  it("keeps the bounds and suspensions it is not given", () => {
    const suspended = { ...none, in: true };
    const next = registerTarget({ ...target, suspended }, { min: 3 }, 5).target;

    expect(next).toEqual({ min: 3, max: 10, desired: 5, suspended });
  });

  it("needs both bounds the first time", () => {
    expect(() => registerTarget(undefined, { min: 0 }, 0)).toThrow("gives both min and max");
    expect(registerTarget(undefined, { min: 0, max: 4 }, 9).target).toEqual({
      min: 0,
      max: 4,
      desired: 4,
      suspended: none,
    });
  });

  it.each([{ min: 11 }, { max: 1 }, { min: -1 }, { max: 2.5 }])("refuses %j", (request) => {
    expect(() => registerTarget(target, request, 5)).toThrow("0 <= min <= max");
  });

  it("names the directions it resumes, whose alarms are then looked at at once [A23] suspended scaling", () => {
    const suspended = { out: true, in: true, scheduled: true };

    expect(registerTarget({ ...target, suspended }, { suspended: { out: false, scheduled: false } }, 5)).toMatchObject({
      target: { suspended: { out: false, in: true, scheduled: false } },
      resumed: ["out"],
    });
    expect(registerTarget(target, { suspended: { out: false } }, 5).resumed).toEqual([]);
  });
});

describe("a desired count set by hand outside the bounds [A] DG/service-auto-scaling.html", () => {
  it.each([
    ["below min, a small scale-out lifts it to min", 0, "out", 1, 2],
    ["below min, a large scale-out goes on from there", 0, "out", 6, 6],
    ["below min, a scale-in leaves it alone", 1, "in", 0, 1],
    ["above max, a small scale-in lowers it to max", 15, "in", 14, 10],
    ["above max, a large scale-in goes on from there", 15, "in", 6, 6],
    ["above max, a scale-out leaves it alone", 15, "out", 20, 15],
    ["inside, max holds a scale-out", 5, "out", 20, 10],
    ["inside, min holds a scale-in", 5, "in", 0, 2],
  ] as const)("%s", (_, desired, asks, wanted, expected) => {
    expect(desiredAfter({ ...target, desired }, { asks, base: desired, wanted })).toBe(expected);
  });
});
