import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { generateArrivals, generateCount } from "./arrivals.ts";
import { createRate, shapeNames } from "./rate.ts";

const anyShape = fc.constantFrom(...shapeNames);
const anySeed = fc.nat(2 ** 32 - 1);

describe("a rate", () => {
  it.each(shapeNames)("of shape %s integrates to the mean rate times the duration", (shape) => {
    const rate = createRate(shape, { meanRate: 3, durationSeconds: 600 });

    expect(rate.until(600)).toBeCloseTo(1_800, 6);
    expect(rate.until(0)).toBeCloseTo(0, 9);
  });

  it.each(shapeNames)("of shape %s is what its integral grows by, and never above its highest", (shape) => {
    const rate = createRate(shape, { meanRate: 2, durationSeconds: 1_000 });
    const step = 0.1;
    let sum = 0;

    for (let now = step / 2; now < 1_000; now += step) {
      expect(rate.at(now)).toBeLessThanOrEqual(rate.highest + 1e-9);
      sum += rate.at(now) * step;
      const expected = rate.until(now + step / 2);
      if (Math.abs(sum - expected) > rate.highest * step) expect(sum).toBe(expected);
    }

    expect(Math.abs(sum - 2_000)).toBeLessThan(rate.highest * step);
  });

  it("says where each shape is dense", () => {
    const at = (shape: (typeof shapeNames)[number], seconds: number) =>
      createRate(shape, { meanRate: 1, durationSeconds: 24 }).at(seconds);

    expect(at("burst", 12)).toBeCloseTo(10);
    expect(at("burst", 10)).toBe(0);
    expect(at("nightly", 2)).toBeCloseTo(12);
    expect(at("nightly", 4)).toBe(0);
    expect(at("flash", 6) / at("flash", 5.99)).toBeCloseTo(31, 5);
    expect(at("diurnal", 12)).toBeCloseTo(2);
    expect(at("ramp", 18)).toBeCloseTo(1.5);
  });
});

describe("arrivals", () => {
  it("come in order, within the duration, and the same for the same seed", () => {
    fc.assert(
      fc.property(anyShape, anySeed, (shape, seed) => {
        const options = { meanRate: 5, durationSeconds: 60, seed };
        const arrivals = [...generateArrivals(shape, options)];

        expect(arrivals).toEqual(arrivals.toSorted((a, b) => a - b));
        expect(arrivals.every((moment) => moment >= 0 && moment < 60)).toBe(true);
        expect([...generateArrivals(shape, options)]).toEqual(arrivals);
      }),
      { numRuns: 50 },
    );
  });

  it("are about as many as the rate says: within five deviations of a Poisson count", () => {
    fc.assert(
      fc.property(anyShape, anySeed, (shape, seed) => {
        const count = [...generateArrivals(shape, { meanRate: 10, durationSeconds: 100, seed })].length;

        expect(Math.abs(count - 1_000)).toBeLessThan(5 * Math.sqrt(1_000));
      }),
      { numRuns: 50 },
    );
  });

  it("differ from seed to seed", () => {
    const of = (seed: number) => generateCount("steady", { count: 10, durationSeconds: 10, seed });

    expect(of(1)).not.toEqual(of(2));
  });

  it("are exactly as many as asked for, in order, where the shape has its rate", () => {
    fc.assert(
      fc.property(anyShape, anySeed, fc.integer({ min: 1, max: 500 }), (shape, seed, count) => {
        const moments = generateCount(shape, { count, durationSeconds: 240, seed });
        const rate = createRate(shape, { meanRate: 1, durationSeconds: 240 });

        expect(moments).toHaveLength(count);
        expect(moments).toEqual(moments.toSorted((a, b) => a - b));
        expect(moments.every((moment) => rate.at(moment + 1e-6) > 0 || rate.at(moment - 1e-6) > 0)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it.each(shapeNames)("of a fixed number follow the shape %s: half of them before half of its integral", (shape) => {
    const rate = createRate(shape, { meanRate: 1, durationSeconds: 100 });

    const moments = generateCount(shape, { count: 10_000, durationSeconds: 100, seed: 7 });

    const early = moments.filter((moment) => rate.until(moment) < 50).length;
    expect(Math.abs(early - 5_000)).toBeLessThan(250);
  });
});
