import { describe, expect, it } from "vitest";
import { fargateSize } from "../contract/compute.ts";
import { fargateHourUsd, instanceHourUsd, lambdaUsd } from "./compute-cost.ts";

describe("a Fargate task", () => {
  it.each([
    [256, 300, 256, 512],
    [512, 1_024, 512, 1_024],
    [512, 5_000, 1_024, 5_120],
    [3_000, 1_024, 4_096, 8_192],
    [8_192, 17_000, 8_192, 20_480],
    [16_384, 122_880, 16_384, 122_880],
  ])("of %i CPU units and %i MiB takes the size of %i units and %i MiB", (cpu, memory, cpuUnits, memoryMegabytes) => {
    expect(fargateSize({ cpuUnits: cpu, memoryMegabytes: memory })).toEqual({ cpuUnits, memoryMegabytes });
  });

  it("cannot have more than 16 vCPU or 120 GB", () => {
    expect(fargateSize({ cpuUnits: 16_385, memoryMegabytes: 1_024 })).toBeUndefined();
    expect(fargateSize({ cpuUnits: 256, memoryMegabytes: 122_881 })).toBeUndefined();
  });

  it("costs its CPU and its memory, and less on Spot", () => {
    const size = { cpuUnits: 1_024, memoryMegabytes: 2_048 };

    expect(fargateHourUsd(size, { architecture: "arm64" })).toBeCloseTo(0.03238 + 2 * 0.00356);
    expect(fargateHourUsd(size, { architecture: "amd64" })).toBeCloseTo(0.04048 + 2 * 0.004446);
    expect(fargateHourUsd(size, { architecture: "arm64", isSpot: true })).toBeCloseTo(0.01975);
  });
});

it("an instance costs its hour and its disk, and an unknown type has no price", () => {
  expect(instanceHourUsd("t4g.medium")).toBeCloseTo(0.0336 + (30 * 0.08) / 730);
  expect(instanceHourUsd("x9.huge")).toBeUndefined();
});

it("Lambda costs requests and time by memory", () => {
  expect(lambdaUsd({ requests: 1e6, gigabyteSeconds: 500_000 }, "arm64")).toBeCloseTo(0.2 + 6.6667);
});
