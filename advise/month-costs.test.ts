import { describe, expect, it } from "vitest";
import { monthCosts, monthLoad } from "./month-costs.ts";

const load = { jobs: 1_000_000, seconds: 2, gigabytes: 0.5, isScheduled: false };

function usdOf(option: string, changes: Partial<typeof load> = {}): number | undefined {
  return monthCosts({ ...load, ...changes }, {}).find((cost) => cost.option === option)?.usd;
}

describe("a month's cost", () => {
  it("is requests and GB seconds on Lambda", () => {
    expect(usdOf("Lambda")).toBeCloseTo(0.2 + 1_000_000 * 0.0000133334);
  });

  it("has one task at least on Fargate, and more when it is busy", () => {
    const hour = 0.25 * 0.03238 + 0.5 * 0.00356;

    expect(usdOf("ECS on Fargate", { jobs: 1 })).toBeCloseTo(730 * hour);
    expect(usdOf("ECS on Fargate")).toBeCloseTo((2_000_000 / 3_600 / 0.7) * hour);
    expect(usdOf("ECS on Fargate Spot")).toBeCloseTo((usdOf("ECS on Fargate") ?? 0) / 2);
  });

  it("has the hours of the runs alone if the work is scheduled, a minute each at least", () => {
    const hour = 0.25 * 0.03238 + 0.5 * 0.00356;

    expect(usdOf("ECS on Fargate", { jobs: 30, seconds: 7_200, isScheduled: true })).toBeCloseTo(60 * hour);
    expect(usdOf("ECS on Fargate", { jobs: 60, seconds: 5, isScheduled: true })).toBeCloseTo(hour);
  });

  it("takes the cheapest instance type that holds a task, with its disk", () => {
    const disk = (30 * 0.08) / 730;

    expect(usdOf("ECS on EC2", { jobs: 1 })).toBeCloseTo(730 * (0.0168 + disk));
    expect(usdOf("ECS on EC2", { jobs: 1, gigabytes: 6 })).toBeCloseTo(730 * (0.1632 + disk));
    expect(usdOf("ECS on EC2", { jobs: 30, seconds: 6_300, isScheduled: true })).toBeCloseTo(60 * (0.0168 + disk));
  });

  it("is unknown for what cannot run, with the reason", () => {
    const costs = monthCosts({ ...load, gigabytes: 500 }, { "memory-gigabytes": 500, "longest-minutes": 20 });

    expect(costs.map(({ usd }) => usd)).toEqual([undefined, undefined, undefined, undefined]);
    expect(costs.map(({ basis }) => basis)).toEqual([
      expect.stringContaining("15 minutes"),
      expect.stringContaining("120 GB"),
      expect.stringContaining("120 GB"),
      expect.stringContaining("no instance type"),
    ]);
  });

  it("is not computed from a load that is half known", () => {
    expect(monthLoad({ "jobs-per-month": 1, "typical-seconds": 1 })).toBeUndefined();
    expect(monthLoad({ "jobs-per-month": 1, "typical-seconds": 1, "memory-gigabytes": 1, work: "schedule" })).toEqual({
      jobs: 1,
      seconds: 1,
      gigabytes: 1,
      isScheduled: true,
    });
  });
});
