import { describe, expect, it } from "vitest";
import { limits } from "./limits.ts";
import { leastRunnerMegabytes, memoryBudget } from "./memory-budget.ts";

const megabyte = 1024 * 1024;

describe("the memory of a task", () => {
  it("of 1,024 MiB with two slots is divided as its documentation says", () => {
    expect(memoryBudget({ taskMemoryMegabytes: 1_024, slots: 2 })).toEqual({
      residentMegabytes: 388,
      heapMegabytes: 292,
      payloadDocumentBytes: 4.5625 * megabyte,
      resultBytes: 128 * megabyte,
    });
  });

  it.each([1, 2, 4, 100])("is never given out twice, with %i slots", (slots) => {
    for (const taskMemoryMegabytes of [128, 512, 1_024, 8_192, 65_536]) {
      const { residentMegabytes, heapMegabytes } = memoryBudget({ taskMemoryMegabytes, slots });

      expect(residentMegabytes * slots).toBeLessThan(taskMemoryMegabytes);
      expect(heapMegabytes).toBeLessThanOrEqual(residentMegabytes);
    }
  });

  it("lets a document be as large as a request at least, and no larger than the API can check", () => {
    const documents = (taskMemoryMegabytes: number, slots: number) =>
      memoryBudget({ taskMemoryMegabytes, slots }).payloadDocumentBytes;

    expect(documents(248 + leastRunnerMegabytes, 1)).toBe(limits.requestBytes);
    expect(documents(65_536, 1)).toBe(limits.payloadDocumentBytes);
  });
});
