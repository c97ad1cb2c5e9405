import { describe } from "vitest";
import { listContract } from "./list-contract.ts";
import { createMemoryStore } from "./memory-store.ts";
import { storeContract } from "./store-contract.ts";

describe("the store in memory", () => {
  storeContract(createMemoryStore);
  listContract(createMemoryStore);
});
