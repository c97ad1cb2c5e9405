import { setImmediate as letOthersRun } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { atMostAtOnce } from "./at-most-at-once.ts";

describe("work with limited concurrency", () => {
  it("is done once for each item, up to the limit at once", async () => {
    const done: number[] = [];
    let running = 0;
    let mostRunning = 0;

    await atMostAtOnce(3, [0, 1, 2, 3, 4, 5, 6], async (item) => {
      mostRunning = Math.max(mostRunning, ++running);
      await letOthersRun();
      running--;
      done.push(item);
    });

    expect(done.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(mostRunning).toBe(3);
  });

  it("starts nothing after a failure, lets running items end, and rejects with the failure", async () => {
    const ended: number[] = [];

    const working = atMostAtOnce(2, [1, 2, 3, 4], async (item) => {
      if (item === 1) throw new Error("the first failed");
      await letOthersRun();
      ended.push(item);
    });

    await expect(working).rejects.toThrow("the first failed");
    expect(ended).toEqual([2]);
  });
});
