import { describe, expect, it } from "vitest";
import { lastTime, nextTime, taskLimitsAt } from "./task-limits.ts";
import type { TaskSchedule } from "./task-schedules.ts";

const own = { minTasks: 1, maxTasks: 10 };
const berlin = { timeZone: "Europe/Berlin" };
const day: TaskSchedule = { cron: "0 8 * * MON-FRI", ...berlin, minTasks: 4 };
const evening: TaskSchedule = { cron: "0 18 * * MON-FRI", ...berlin, maxTasks: 2 };

const limitsAt = (iso: string, schedules = [day, evening]) => taskLimitsAt(schedules, own, Date.parse(iso));

describe("the limits in force", () => {
  it("are the stack's own without schedules", () => {
    expect(limitsAt("2026-11-30T12:00:00Z", [])).toEqual(own);
  });

  it("are those of the entry whose time came last, and the stack's own for what it leaves out", () => {
    expect(limitsAt("2026-11-30T06:59:59.999Z")).toEqual({ minTasks: 1, maxTasks: 2 });
    expect(limitsAt("2026-11-30T07:00:00Z")).toEqual({ minTasks: 4, maxTasks: 10 });
    expect(limitsAt("2026-11-30T17:00:00Z")).toEqual({ minTasks: 1, maxTasks: 2 });
  });

  it("last over a weekend", () => {
    expect(limitsAt("2026-11-29T12:00:00Z")).toEqual({ minTasks: 1, maxTasks: 2 });
  });

  it("follow the time zone's daylight saving time", () => {
    // Eight o'clock in Berlin is 07:00 UTC in winter and 06:00 UTC in summer, from 29 March 2026 on.
    expect(limitsAt("2026-03-27T06:30:00Z").minTasks).toBe(1);
    expect(limitsAt("2026-03-30T06:30:00Z").minTasks).toBe(4);
  });

  it("do not depend on the order of the entries", () => {
    expect(limitsAt("2026-11-30T12:00:00Z", [evening, day])).toEqual({ minTasks: 4, maxTasks: 10 });
  });

  it("at equal times are those of the later entry", () => {
    const both = [day, { ...day, cron: "0 8 * * *", minTasks: 7 }];

    expect(limitsAt("2026-11-30T12:00:00Z", both).minTasks).toBe(7);
    expect(limitsAt("2026-11-30T12:00:00Z", both.toReversed()).minTasks).toBe(4);
  });
});

describe("a schedule's times", () => {
  it("include this second as the last one, and exclude it as the next", () => {
    const eight = Date.parse("2026-11-30T07:00:00Z");

    expect(lastTime(day, eight)).toBe(eight);
    expect(nextTime(day, eight)).toBe(eight + 24 * 3_600_000);
    expect(nextTime(day, eight - 1)).toBe(eight);
  });

  it("are none on a day that never comes", () => {
    expect(nextTime({ cron: "0 8 30 2 *", timeZone: "UTC" }, 0)).toBeUndefined();
    expect(lastTime({ cron: "0 8 30 2 *", timeZone: "UTC" }, 0)).toBeUndefined();
  });
});
