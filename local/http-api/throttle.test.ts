import { describe, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { Throttle } from "./throttle.ts";

const limits = {
  default: { requestsPerSecond: 2, burst: 3 },
  routes: { "GET /jobs": { requestsPerSecond: 1, burst: 1 }, "POST /closed": { requestsPerSecond: 0, burst: 0 } },
};

function admitted(throttle: Throttle, route: string, requests: number): number {
  return Array.from({ length: requests }, () => throttle.admit(route)).filter(Boolean).length;
}

describe("a throttle", () => {
  it("lets a burst in, then as many as its rate, and saves up no more than a burst", async () => {
    const clock = new ManualClock();
    const throttle = new Throttle(clock, limits);

    expect(admitted(throttle, "POST /jobs", 10)).toBe(3);
    await clock.advance(499);
    expect(admitted(throttle, "POST /jobs", 10)).toBe(0);
    await clock.advance(1);
    expect(admitted(throttle, "POST /jobs", 10)).toBe(1);
    await clock.advance(60_000);
    expect(admitted(throttle, "POST /jobs", 10)).toBe(3);
  });

  it("counts each route by itself, by its own limits where it has some", () => {
    const throttle = new Throttle(new ManualClock(), limits);

    expect(admitted(throttle, "POST /jobs", 10)).toBe(3);
    expect(admitted(throttle, "POST /uploads", 10)).toBe(3);
    expect(admitted(throttle, "GET /jobs", 10)).toBe(1);
    expect(admitted(throttle, "POST /closed", 10)).toBe(0);
  });
});
