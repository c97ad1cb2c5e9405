import { afterAll, beforeAll, describe } from "vitest";
import { countsContract } from "./testing/counts-contract.ts";
import { type LocalCounts, startLocalCounts } from "./testing/local-counts.ts";
import { createMemoryCounts } from "./testing/memory-counts.ts";

describe("counts in DynamoDB", () => {
  let local: LocalCounts;
  beforeAll(async () => {
    local = await startLocalCounts();
  });
  afterAll(() => local.close());

  countsContract(() => local.counts);
});

describe("counts in memory", () => {
  countsContract(createMemoryCounts);
});
