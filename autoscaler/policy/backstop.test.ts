import { describe, expect, it } from "vitest";
import { backstopPolicy, missingTasks } from "./backstop.ts";

const short = { waitTargetSeconds: 60, expectedServiceSeconds: 10, slots: 2 };
const policy = backstopPolicy(short);

describe("the backstop", () => {
  it("misses no task up to twice the wait target of drain time, 5 s of a task of two slots for each job", () => {
    expect(policy.taskSecondsPerJob).toBe(5);
    expect(missingTasks(policy, 24, 1)).toBe(0);
    expect(missingTasks(policy, 25, 1)).toBeGreaterThan(1);
  });

  it("misses what brings the drain time back to the wait target", () => {
    // 480 s of work for two tasks are four wait targets: six tasks more make it one.
    expect(missingTasks(policy, 96, 2)).toBe(6);
    expect(missingTasks(policy, 96, 8)).toBe(0);
  });

  it("misses fewer where jobs are long, as each slot more takes a job at once", () => {
    const long = backstopPolicy({ ...short, expectedServiceSeconds: 600 });

    // 480 s of work again, but a task is ordered for each 600 s.
    expect(missingTasks(long, 1.6, 2)).toBe(0.6);
  });

  it("has steps from none missing on, without gap or overlap, each adding once to twice what is missing", () => {
    const { steps } = policy;

    expect(steps[0]).toEqual({ fromTasks: 0, toTasks: 1, addTasks: 1 });
    expect(steps.at(-1)?.toTasks).toBeUndefined();
    for (const [index, { fromTasks, toTasks = Number.POSITIVE_INFINITY, addTasks }] of steps.entries()) {
      if (index > 0) expect(fromTasks).toBe(steps[index - 1]?.toTasks);
      if (index > 0) expect(addTasks).toBe(2 * fromTasks);
      if (Number.isFinite(toTasks)) expect(addTasks).toBeGreaterThanOrEqual(toTasks);
    }
  });

  it("adds enough in one step for the most tasks that a service of ECS may have", () => {
    expect(policy.steps.at(-1)?.addTasks).toBeGreaterThanOrEqual(5_000);
  });
});
