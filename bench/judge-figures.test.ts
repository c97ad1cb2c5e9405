import { describe, expect, it } from "vitest";
import { type Figure, judgeFigure } from "./judge-figures.ts";

const figure = (values: Partial<Figure>): Figure => ({ name: "jobs", unit: "x", measured: 1, ...values });

describe("judgeFigure", () => {
  it.each([
    { values: { measured: 1.3, atLeast: 1.3 }, verdict: "reached" },
    { values: { measured: 1.2, atLeast: 1.3 }, verdict: "not reached" },
    { values: { measured: 1.1, atLeast: 1.3 }, verdict: "worse than before" },
    { values: { measured: 2.3, atMost: 2.3 }, verdict: "reached" },
    { values: { measured: 2.5, atMost: 2.3 }, verdict: "not reached" },
    { values: { measured: 2.6, atMost: 2.3 }, verdict: "worse than before" },
    { values: { measured: 0.9, atLeast: 1.3, reached: 1 }, verdict: "not reached" },
    { values: { measured: 0.8, atLeast: 1.3, reached: 1 }, verdict: "worse than before" },
    { values: { measured: Number.NaN, atLeast: 1 }, verdict: "worse than before" },
  ])("calls $values $verdict", ({ values, verdict }) => {
    expect(judgeFigure(figure(values))).toBe(verdict);
  });

  it("refuses a figure without a target", () => {
    expect(() => judgeFigure(figure({}))).toThrow('figure "jobs": expected atLeast or atMost, got neither');
  });
});
