import { expect, it } from "vitest";
import { costOfMillion, unitsOf } from "./job-costs.ts";

const nothing = {
  apiRequests: 0,
  functionRequests: 0,
  functionGigabyteSeconds: 0,
  queueRequests: 0,
  fairMessages: 0,
  writeUnits: 0,
  readUnits: 0,
  instanceHours: 0,
};

it("a million jobs of three SQS calls and two GB s cost $1.20 and $26.67", () => {
  const costs = costOfMillion({ ...nothing, queueRequests: 3, functionGigabyteSeconds: 2 });

  expect(costs.queueRequests).toBeCloseTo(1.2);
  expect(costs.functionGigabyteSeconds).toBeCloseTo(26.67, 2);
  expect(costs.instanceHours).toBe(0);
});

it("a job that is created, claimed, renewed once and finished takes 12 write units", () => {
  const calls = { creates: 1, stateChanges: 2, otherUpdates: 1, consistentReads: 1, eventualReads: 1 };

  expect(unitsOf(calls)).toEqual({ writeUnits: 12, readUnits: 1.5 });
});
