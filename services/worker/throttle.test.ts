import { beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { createThrottle, type Throttle } from "./throttle.ts";

let clock: ManualClock;
let reported: number[];
let report: Throttle<number>;
beforeEach(() => {
  clock = new ManualClock();
  reported = [];
  report = createThrottle<number>(clock, (share) => reported.push(share));
});

describe("progress", () => {
  it("is sent at once, then at most four times a second, and always with its last value", async () => {
    for (const share of [0.1, 0.2, 0.3]) report.push(share);
    const atOnce = [...reported];

    await clock.advance(1_000);

    expect(atOnce).toEqual([0.1]);
    expect(reported).toEqual([0.1, 0.3]);
  });

  it("is sent in time even if timers cannot fire", () => {
    const start = clock.now();
    for (let elapsed = 0; elapsed <= 1_000; elapsed += 50) {
      clock.now = () => start + elapsed;
      report.push(elapsed / 1_000);
    }

    expect(reported).toEqual([0, 0.25, 0.5, 0.75, 1]);
  });

  it("is not sent after the end", async () => {
    report.push(0.1);
    report.push(0.2);

    report.end();
    report.push(0.3);
    await clock.advance(1_000);

    expect(reported).toEqual([0.1]);
  });
});
