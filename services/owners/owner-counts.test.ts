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

  describe("through the SDK", () => countsContract(() => local.counts));
  describe("through the deployed functions' and workers' client", () => countsContract(() => local.hotCounts));
});

describe("counts in memory", () => {
  countsContract(createMemoryCounts);
});
