import { describe, expect, it } from "vitest";
import { formatProgress } from "./progress.ts";

describe("progress", () => {
  it.each([
    [0, 24, "counted [--------------------] 0%  0 of 24"],
    [12, 24, "counted [##########----------] 50%  12 of 24"],
    [999, 1000, "counted [###################-] 99%  999 of 1000"],
    [24, 24, "counted [####################] 100%  24 of 24"],
    [7, 0, "counted 7"],
  ])("%i of %i is formatted as %j", (done, total, written) => {
    expect(formatProgress("counted", done, total)).toBe(written);
  });
});
