import { describe, expect, it } from "vitest";
import { planDrain } from "./plan-drain.ts";

describe("a drain's plan", () => {
  it("divides 30 s as documented", () => {
    expect(planDrain(30_000)).toEqual({
      handBackAfterMilliseconds: 24_000,
      graceMilliseconds: 1_200,
      leaveAfterMilliseconds: 28_800,
      traceMilliseconds: 600,
    });
  });

  it.each([2, 5, 10, 30, 120, 3_600])("has time for each step in %d s", (seconds) => {
    const plan = planDrain(seconds * 1000);
    const { handBackAfterMilliseconds, graceMilliseconds, leaveAfterMilliseconds, traceMilliseconds } = plan;

    expect(handBackAfterMilliseconds).toBeGreaterThanOrEqual(seconds * 500);
    expect(leaveAfterMilliseconds - handBackAfterMilliseconds).toBeGreaterThan(graceMilliseconds);
    expect(leaveAfterMilliseconds + traceMilliseconds).toBeLessThan(seconds * 1000);
  });
});
