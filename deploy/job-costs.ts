import { instanceSettings } from "../contract/compute-rules.ts";
import { instanceHours, prices } from "./prices.ts";

/** The use that one job makes of AWS, beyond the machines that are there anyway. */
export interface JobUse {
  apiRequests: number;
  functionRequests: number;
  functionGigabyteSeconds: number;
  queueRequests: number;
  /** Messages sent with a group. */
  fairMessages: number;
  writeUnits: number;
  readUnits: number;
  /** Hours of the instance type below. */
  instanceHours: number;
}

export const { instanceType } = instanceSettings;

const dollarsPer: Record<keyof JobUse, number> = {
  apiRequests: prices.apiMillion.usd / 1e6,
  functionRequests: prices.functionMillion.usd / 1e6,
  functionGigabyteSeconds: prices.functionArmGigabyteSecond.usd,
  queueRequests: prices.queueMillion.usd / 1e6,
  fairMessages: prices.fairQueueMillion.usd / 1e6,
  writeUnits: prices.writeMillion.usd / 1e6,
  readUnits: prices.readMillion.usd / 1e6,
  instanceHours: instanceHours[instanceType]?.usd ?? Number.NaN,
};

/** Dollars of a million such jobs by list prices, for each kind of use. Not measured on AWS. */
export function costOfMillion(use: JobUse): Record<keyof JobUse, number> {
  const costs = Object.entries(use).map(([kind, amount]) => [kind, 1e6 * amount * dollarsPer[kind as keyof JobUse]]);
  return Object.fromEntries(costs) as Record<keyof JobUse, number>;
}

/** Calls that change or read a job's record of at most 1 KB. */
export interface RecordCalls {
  creates: number;
  /** Updates that change the state, and with it both indexes. */
  stateChanges: number;
  /** Updates that change the table only, such as heartbeats. */
  otherUpdates: number;
  consistentReads: number;
  eventualReads: number;
}

/**
 * A create writes the table and two indexes. A state is in the key of one index, which takes a deletion and a creation, and is
 * an attribute of the other.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes
 */
export function unitsOf(calls: RecordCalls): Pick<JobUse, "writeUnits" | "readUnits"> {
  return {
    writeUnits: 3 * calls.creates + 4 * calls.stateChanges + calls.otherUpdates,
    readUnits: calls.consistentReads + calls.eventualReads / 2,
  };
}
