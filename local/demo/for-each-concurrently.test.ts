import { setImmediate as letOthersRun } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { forEachConcurrently } from "./for-each-concurrently.ts";

describe("work done concurrently", () => {
  it("is done once for each item, so many at once and no more", async () => {
    const done: number[] = [];
    let running = 0;
    let mostRunning = 0;

    await forEachConcurrently([0, 1, 2, 3, 4, 5, 6], 3, async (item, index) => {
      mostRunning = Math.max(mostRunning, ++running);
      await letOthersRun();
      running--;
      expect(index).toBe(item);
      done.push(item);
    });

    expect(done.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(mostRunning).toBe(3);
  });

  it("begins nothing after a failure, lets what runs end, and fails as it did", async () => {
    const ended: number[] = [];

    const working = forEachConcurrently([1, 2, 3, 4], 2, async (item) => {
      if (item === 1) throw new Error("the first failed");
      await letOthersRun();
      ended.push(item);
    });

    await expect(working).rejects.toThrow("the first failed");
    expect(ended).toEqual([2]);
  });
});
