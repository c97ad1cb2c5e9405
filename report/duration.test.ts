import { describe, expect, it } from "vitest";
import { formatSeconds } from "./duration.ts";

describe("a duration", () => {
  it.each([
    [0, "0 s"],
    [0.012, "12 ms"],
    [0.9994, "999 ms"],
    [0.9996, "1.00 s"],
    [1.238, "1.24 s"],
    [9.996, "10.0 s"],
    [12.44, "12.4 s"],
    [59.94, "59.9 s"],
    [59.96, "1 min 00 s"],
    [125, "2 min 05 s"],
    [3_599.6, "1 h 00 min"],
    [11_220, "3 h 07 min"],
    [86_369, "23 h 59 min"],
    [86_380, "1 d 00 h"],
    [187_200, "2 d 04 h"],
    [-1.5, "-1.50 s"],
  ])("of %d seconds is formatted as %j", (seconds, written) => {
    expect(formatSeconds(seconds)).toBe(written);
  });

  it("must be a number", () => {
    expect(() => formatSeconds(Number.NaN)).toThrow("came NaN");
  });
});
