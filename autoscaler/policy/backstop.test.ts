import { describe, expect, it } from "vitest";
import { backstopPolicy } from "./backstop.ts";

const short = { waitTargetSeconds: 60, expectedServiceSeconds: 10, slots: 2 };
const { steps, ...backstop } = backstopPolicy(short);

describe("the backstop", () => {
  it("looks at the drain time, 5 s for each job that one task of two slots has before it, from twice the wait target on", () => {
    expect(backstop.drainSecondsPerJob).toBe(5);
    expect(backstop.thresholdSeconds).toBe(120);
  });

  it("has steps from the threshold on, without gap or overlap, each adding more than the one below", () => {
    expect(steps[0]?.fromSeconds).toBe(0);
    expect(steps.at(-1)?.toSeconds).toBeUndefined();
    for (const [index, step] of steps.slice(1).entries()) {
      expect(step.fromSeconds).toBe(steps[index]?.toSeconds);
      expect(step.percent).toBeGreaterThan(steps[index]?.percent ?? 0);
    }
  });

  it("adds twice what brings the drain time back to the wait target", () => {
    // At 4 W as many tasks again three times, twice.
    expect(steps[1]).toEqual({ fromSeconds: 120, toSeconds: 360, percent: 600 });
  });

  it("adds less where jobs are long, as each slot more takes a job at once", () => {
    const long = backstopPolicy({ ...short, expectedServiceSeconds: 600 });

    expect(long.steps[1]?.percent).toBe(60);
  });
});
