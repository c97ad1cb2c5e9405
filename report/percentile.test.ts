import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { percentile, spreadOf, summarize } from "./percentile.ts";

describe("a percentile by nearest rank", () => {
  it.each([
    [5, 15],
    [30, 20],
    [40, 20],
    [50, 35],
    [100, 50],
    [0, 15],
  ])("%i of the textbook example is %i", (percent, expected) => {
    expect(percentile([15, 20, 35, 40, 50], percent)).toBe(expected);
  });

  it("sorts the values as numbers", () => {
    expect(percentile([100, 9, 10], 50)).toBe(10);
  });

  it("is unknown without values", () => {
    expect(percentile([], 50)).toBeUndefined();
    expect(summarize([])).toBeUndefined();
  });

  it("is the p-th of a hundred values for every p", () => {
    const values = Array.from({ length: 100 }, (_, index) => index + 1);

    for (const percent of values) expect(percentile(values, percent)).toBe(percent);
  });

  it("is the smallest value that enough values do not exceed", () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), fc.integer({ min: 1, max: 100 }), (values, percent) => {
        const enough = (value: number) =>
          values.filter((other) => other <= value).length * 100 >= percent * values.length;

        expect(percentile(values, percent)).toBe(Math.min(...values.filter(enough)));
      }),
    );
  });

  it("refuses a percentage above 100", () => {
    expect(() => percentile([1], 101)).toThrow("from 0 to 100; came 101");
  });
});

describe("a summary", () => {
  it("has the percentiles 50, 95 and 99", () => {
    const values = Array.from({ length: 200 }, (_, index) => index + 1);

    expect(summarize(values)).toEqual({ p50: 100, p95: 190, p99: 198 });
  });

  it("of a spread has the largest value too", () => {
    const values = Array.from({ length: 200 }, (_, index) => index + 1);

    expect(spreadOf(values)).toEqual({ p50: 100, p90: 180, p99: 198, max: 200 });
    expect(spreadOf([])).toBeUndefined();
  });
});
