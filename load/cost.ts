import { instanceSettings } from "../contract/compute-rules.ts";
import { instanceHours, prices } from "../deploy/prices.ts";

/** A part of the costs at list prices of us-east-1. Undefined: unknown, which is not zero. */
export interface CostPart {
  what: string;
  usd: number | undefined;
}

/** The default of Pulumi.yaml. */
const { instanceType } = instanceSettings;

/**
 * Estimates a lower bound of the costs: requests, queue, table and instance hours. It leaves out the functions'
 * gigabyte-seconds, data transfer, NAT, logs, and the costs of an idle stack.
 */
export function estimateCost(load: {
  apiRequests: number;
  jobs: number;
  starts: number;
  instanceHours: number | undefined;
}): CostPart[] {
  const { apiRequests, jobs, starts } = load;
  const hourUsd = instanceHours[instanceType]?.usd;
  return [
    {
      what: "API requests and function invocations",
      usd: (apiRequests * (prices.apiMillion.usd + prices.functionMillion.usd)) / 1e6,
    },
    {
      what: "queue: one send per job, one receive and one delete per start",
      usd: ((jobs + 2 * starts) * prices.queueMillion.usd) / 1e6,
    },
    {
      what: "table: 2 writes of a small record per job, and 2 per start",
      usd: (2 * (jobs + starts) * prices.writeMillion.usd) / 1e6,
    },
    {
      what: `${instanceType} instance hours`,
      usd: load.instanceHours === undefined || hourUsd === undefined ? undefined : load.instanceHours * hourUsd,
    },
  ];
}
