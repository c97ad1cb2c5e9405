import { instanceHours, prices } from "../deploy/prices.ts";

/** What a load would have cost at list prices of us-east-1, part by part; an unknown part is not zero. */
export interface CostPart {
  what: string;
  usd: number | undefined;
}

/** The instances that a stack has unless told otherwise. */
const instanceType = "t4g.medium";

/**
 * An estimate from below: requests, queue, table and the instances' hours. Not in it: the functions' gigabyte-seconds, transfer, NAT, logs,
 * and what a stack costs while it is idle.
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
      what: "API requests and the functions behind them",
      usd: (apiRequests * (prices.apiMillion.usd + prices.functionMillion.usd)) / 1e6,
    },
    {
      what: "queue: a send a job, a receive and a delete a start",
      usd: ((jobs + 2 * starts) * prices.queueMillion.usd) / 1e6,
    },
    {
      what: "table: a small record's writes, 2 a job and 2 a start",
      usd: (2 * (jobs + starts) * prices.writeMillion.usd) / 1e6,
    },
    {
      what: `${instanceType} instances' hours`,
      usd: load.instanceHours === undefined || hourUsd === undefined ? undefined : load.instanceHours * hourUsd,
    },
  ];
}
