import { beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { type Reporter, reportNowAndThen } from "./report-now-and-then.ts";

let clock: ManualClock;
let reported: number[];
let report: Reporter<number>;
beforeEach(() => {
  clock = new ManualClock();
  reported = [];
  report = reportNowAndThen<number>(clock, (share) => reported.push(share));
});

describe("progress", () => {
  it("is told at once, then at most four times a second, and its last word always", async () => {
    for (const share of [0.1, 0.2, 0.3]) report.note(share);
    const atOnce = [...reported];

    await clock.advance(1_000);

    expect(atOnce).toEqual([0.1]);
    expect(reported).toEqual([0.1, 0.3]);
  });

  it("is told in time also when no timer can fire", () => {
    const start = clock.now();
    for (let elapsed = 0; elapsed <= 1_000; elapsed += 50) {
      clock.now = () => start + elapsed;
      report.note(elapsed / 1_000);
    }

    expect(reported).toEqual([0, 0.25, 0.5, 0.75, 1]);
  });

  it("is told no more after the end", async () => {
    report.note(0.1);
    report.note(0.2);

    report.end();
    report.note(0.3);
    await clock.advance(1_000);

    expect(reported).toEqual([0.1]);
  });
});
