import { describe, expect, it } from "vitest";
import { mean } from "../runtime/arithmetic.ts";
import { generateServiceTimes, parseServiceTimes, type ServiceTimes } from "./service-times.ts";

function draw(times: ServiceTimes, count: number, seed = 1): number[] {
  const drawn = generateServiceTimes(times, seed);
  return Array.from({ length: count }, () => drawn.next().value);
}

describe("service times", () => {
  it("are all the same where they are constant", () => {
    expect(draw({ kind: "constant", meanSeconds: 2 }, 3)).toEqual([2, 2, 2]);
  });

  it.each([
    [{ kind: "exponential", meanSeconds: 2 } as const, 2],
    [{ kind: "lognormal", meanSeconds: 2, variation: 0.5 } as const, 1],
  ])(
    "of %j have their mean and their deviation",
    (times, deviation) => {
      const values = draw(times, 50_000);

      expect(mean(values)).toBeGreaterThan(1.95);
      expect(mean(values)).toBeLessThan(2.05);
      const middle = mean(values);
      const spread = Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
      expect(spread).toBeGreaterThan(deviation * 0.95);
      expect(spread).toBeLessThan(deviation * 1.05);
    },
    60_000,
  );

  it("are the same for the same seed, and others for another", () => {
    const times: ServiceTimes = { kind: "exponential", meanSeconds: 1 };

    expect(draw(times, 5, 3)).toEqual(draw(times, 5, 3));
    expect(draw(times, 5, 3)).not.toEqual(draw(times, 5, 4));
  });

  it.each([
    ["2", { kind: "constant", meanSeconds: 2 }],
    ["constant:0.5", { kind: "constant", meanSeconds: 0.5 }],
    ["exponential:3", { kind: "exponential", meanSeconds: 3 }],
    ["lognormal:3", { kind: "lognormal", meanSeconds: 3, variation: 1 }],
    ["lognormal:3:0.5", { kind: "lognormal", meanSeconds: 3, variation: 0.5 }],
  ])("are written %j", (text, times) => {
    expect(parseServiceTimes(text)).toEqual(times);
  });

  it.each(["", "fast", "exponential", "exponential:2:1", "-1", "2:1"])("are not written %j", (text) => {
    expect(() => parseServiceTimes(text)).toThrow(`came "${text}"`);
  });
});
