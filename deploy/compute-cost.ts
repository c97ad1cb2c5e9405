import type { TaskSize } from "../contract/compute.ts";
import type { Config } from "../contract/config.ts";
import { rootDiskGigabytes } from "../contract/instance-types.ts";
import { monthHours } from "./cost-table.ts";
import { fargateSpotShare, instanceHours, prices } from "./prices.ts";

type Architecture = Config["architecture"];

/** An hour of an instance on demand with its disk; undefined for a type that the price table does not have. */
export function instanceHourUsd(instanceType: string): number | undefined {
  const price = instanceHours[instanceType];
  return price && price.usd + (rootDiskGigabytes * prices.diskGigabyteMonth.usd) / monthHours;
}

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
