import type { Config } from "../contract/config.ts";
import { assumed, monthHours } from "./cost-table.ts";
import { fargateSpotShare, instanceHours, prices } from "./prices.ts";

type Architecture = Config["architecture"];

/** An hour of an instance on demand with its disk; undefined for a type that the price table does not have. */
export function instanceHourUsd(instanceType: string): number | undefined {
  const price = instanceHours[instanceType];
  return price && price.usd + (assumed.diskGigabytes * prices.diskGigabyteMonth.usd) / monthHours;
}

export interface TaskSize {
  cpuUnits: number;
  memoryMegabytes: number;
}

/**
 * The smallest Fargate size that has this much CPU and memory; undefined above the largest.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
 */
export function fargateSize({ cpuUnits, memoryMegabytes }: TaskSize): TaskSize | undefined {
  for (const { cpu, memories } of fargateSizes) {
    const memory = memories.find((each) => each * 1_024 >= memoryMegabytes);
    if (cpu >= cpuUnits && memory !== undefined) return { cpuUnits: cpu, memoryMegabytes: memory * 1_024 };
  }
  return undefined;
}

/** In GB. */
const memorySteps = (least: number, most: number, step: number): number[] =>
  Array.from({ length: (most - least) / step + 1 }, (_, index) => least + index * step);

const fargateSizes = [
  { cpu: 256, memories: [0.5, 1, 2] },
  { cpu: 512, memories: memorySteps(1, 4, 1) },
  { cpu: 1_024, memories: memorySteps(2, 8, 1) },
  { cpu: 2_048, memories: memorySteps(4, 16, 1) },
  { cpu: 4_096, memories: memorySteps(8, 30, 1) },
  { cpu: 8_192, memories: memorySteps(16, 60, 4) },
  { cpu: 16_384, memories: memorySteps(32, 120, 8) },
];

/** An hour of a Fargate task of a size that `fargateSize` returned. */
export function fargateHourUsd(
  { cpuUnits, memoryMegabytes }: TaskSize,
  { architecture, isSpot = false }: { architecture: Architecture; isSpot?: boolean },
): number {
  const [cpu, gigabyte] =
    architecture === "arm64"
      ? [prices.fargateArmCpuHour, prices.fargateArmGigabyteHour]
      : [prices.fargateAmdCpuHour, prices.fargateAmdGigabyteHour];
  const usd = (cpuUnits / 1_024) * cpu.usd + (memoryMegabytes / 1_024) * gigabyte.usd;
  return isSpot ? usd * fargateSpotShare : usd;
}

/** Lambda's price for the invocations of a load. Free tier and discounts for large amounts are left out. */
export function lambdaUsd(
  { requests, gigabyteSeconds }: { requests: number; gigabyteSeconds: number },
  architecture: Architecture,
): number {
  const time = architecture === "arm64" ? prices.functionArmGigabyteSecond : prices.functionAmdGigabyteSecond;
  return (requests / 1e6) * prices.functionMillion.usd + gigabyteSeconds * time.usd;
}
