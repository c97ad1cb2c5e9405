import { describe, expect, it } from "vitest";
import { fargateHourUsd } from "../../deploy/compute-cost.ts";
import { createScenario } from "../replay/scenario.ts";
import { type ComputeSettings, compareComputes } from "./compare-computes.ts";

const settings: ComputeSettings = {
  instanceType: "t4g.medium",
  architecture: "arm64",
  taskCpu: 512,
  taskMemoryMegabytes: 1_024,
  lambdaConcurrency: 1_000,
  seeds: 1,
};

/** Jobs of a minute, each ten seconds, for an hour. */
const steady = createScenario("steady", {
  arrivalSeconds: Float64Array.from({ length: 360 }, (_, index) => index * 10),
  serviceSeconds: new Float64Array(360).fill(60),
});

describe("a job list on three computes", () => {
  it("waits on each, and costs its instances, its tasks or its invocations", () => {
    const [ec2, fargate, lambda] = compareComputes(steady, settings);

    expect(ec2).toMatchObject({ compute: "ec2", refusedJobs: 0, jobs: 360 });
    expect(fargate).toMatchObject({ compute: "fargate", refusedJobs: 0, jobs: 360 });
    // 360 jobs of 60 s and half a gigabyte; at most twenty cold starts.
    expect(lambda?.usd).toBeGreaterThan(10_800 * 0.0000133334);
    expect(lambda?.usd).toBeLessThan((10_800 + 5) * 0.0000133334 + 0.0001);
    // The work alone takes three tasks for an hour.
    expect(fargate?.usd).toBeGreaterThan(3 * fargateHourUsd({ cpuUnits: 512, memoryMegabytes: 1_024 }, settings));
    expect(ec2?.waitSeconds?.p50).toBeLessThan(60);
  });

  it("starts Fargate tasks later than tasks on a running instance, and Lambda first", () => {
    const arrivalSeconds = new Float64Array(4).fill(600);
    const one = createScenario("one", { arrivalSeconds, serviceSeconds: new Float64Array(4).fill(300) });

    const [ec2, fargate, lambda] = compareComputes(one, settings);

    expect(lambda?.waitSeconds?.p99).toBe(0.5);
    expect(fargate?.waitSeconds?.p99).toBeGreaterThan(57);
    expect(fargate?.waitSeconds?.p99).toBeLessThan(57 + 30);
    expect(ec2?.waitSeconds?.p99).toBeLessThan(57);
  });

  it("counts a refused job as late", () => {
    const long = createScenario("long", {
      arrivalSeconds: Float64Array.of(0, 1),
      serviceSeconds: Float64Array.of(10, 1_800),
    });

    const lambda = compareComputes(long, settings)[2];

    expect(lambda).toMatchObject({ refusedJobs: 1, inTimePercent: 50 });
  });

  it.each<[Partial<ComputeSettings>, string]>([
    [{ instanceType: "x9.huge" }, "expected an instance type of deploy/prices.ts; came x9.huge"],
    [{ taskMemoryMegabytes: 6_000 }, "expected an instance type that holds a task of 512 CPU units and 6000 MiB"],
    [{ taskCpu: 20_000, instanceType: "m7g.8xlarge" }, "up to 16 vCPU and 120 GB; came 20000 CPU units"],
    [{ taskMemoryMegabytes: 30_000, instanceType: "m7g.8xlarge" }, "expected at most 10240 MiB for a job"],
  ])("cannot be compared with %j, and the error says why", (changes, message) => {
    expect(() => compareComputes(steady, { ...settings, ...changes })).toThrow(message);
  });
});
