import { describe, expect, it } from "vitest";
import type { TaskSchedule } from "../../contract/task-schedules.ts";
import { findPolicy } from "../policies/catalogue.ts";
import { play } from "./replay.ts";
import { createScenario, type ScenarioOptions } from "./scenario.ts";

const berlin = { timeZone: "Europe/Berlin" };
const day: TaskSchedule = { cron: "0 8 * * MON-FRI", ...berlin, minTasks: 4 };
const evening: TaskSchedule = { cron: "0 18 * * MON-FRI", ...berlin, minTasks: 1, maxTasks: 2 };
const minute = 60;
const hour = 60 * minute;

/** Plays a Monday from 07:00 in Berlin, with so many jobs at 17:30; returns the desired count at times of that day. */
function tasksUnder(policy: string, hours: readonly number[], options: ScenarioOptions & { jobs?: number } = {}) {
  const { jobs = 0, ...rest } = options;
  const list = {
    arrivalSeconds: Float64Array.from({ length: jobs }, () => 10.5 * hour),
    serviceSeconds: Float64Array.from({ length: jobs }, () => 300),
  };
  const scenario = createScenario("monday", list, {
    maxTasks: 20,
    endSeconds: 14 * hour,
    taskSchedules: [day, evening],
    beginMilliseconds: Date.parse("2026-11-30T06:00:00Z"),
    ...rest,
  });
  const { changes } = play(scenario, findPolicy(policy), { layer: "aws", seed: 1 }).log;
  return hours.map((at) => changes.findLast((change) => change.at / 1_000 <= (at - 7) * hour)?.tasks ?? 1);
}

describe.each(["steering", "tracking", "step", "step-per-task", "fixed"])("%s", (policy) => {
  it("keeps a scheduled minimum without jobs, and nothing more after its end", () => {
    const tasks = tasksUnder(policy, [7.9, 8.1, 12, 17.9, 20]);

    expect(tasks.slice(0, -1)).toEqual([1, 4, 4, 4]);
    expect(tasks.at(-1)).toBeLessThanOrEqual(2);
  });

  it("has no more tasks than a scheduled maximum, however many jobs wait", () => {
    const later = Array.from({ length: 30 }, (_, index) => 18.1 + index / 10);

    expect(Math.max(...tasksUnder(policy, later, { jobs: 400 }))).toBeLessThanOrEqual(2);
  });

  it("begins with the limits of an entry of before", () => {
    expect(tasksUnder(policy, [7.1], { beginMilliseconds: Date.parse("2026-11-30T09:00:00Z") })).toEqual([4]);
  });
});

it("steering goes out within the limits of the day", () => {
  const [before = 0, at = 0] = tasksUnder("steering", [17.4, 17.7], { jobs: 400 });

  expect(before).toBe(4);
  expect(at).toBeGreaterThan(10);
});
