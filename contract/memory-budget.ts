import { limits } from "./limits.ts";

/** What each runner of a worker may take of its task's memory, and the largest documents that follow from it. */
export interface MemoryBudget {
  /** Resident memory of a runner, with all processes that its handler starts. */
  residentMegabytes: number;
  /** V8's heap in a runner: its limit for old objects. */
  heapMegabytes: number;
  /** Largest JSON document for `payloadKey`. */
  payloadDocumentBytes: number;
  resultBytes: number;
}

/**
 * Divides a task's memory: a fixed share for the worker itself and one idle runner, the rest equally among the slots. 1,024 MiB
 * with two slots leave each runner 400 MiB.
 */
export function memoryBudget(task: { taskMemoryMegabytes: number; slots: number }): MemoryBudget {
  const forRunners = task.taskMemoryMegabytes - workerMegabytes - idleRunnerMegabytes;
  const residentMegabytes = Math.max(0, Math.floor(forRunners / task.slots));
  const heapMegabytes = Math.max(0, residentMegabytes - outsideHeapMegabytes);
  const heapBytes = heapMegabytes * 1024 * 1024;
  return {
    residentMegabytes,
    heapMegabytes,
    payloadDocumentBytes: Math.min(limits.payloadDocumentBytes, Math.floor(heapBytes / heapPerTextByte)),
    resultBytes: Math.min(limits.resultBytes, heapBytes),
  };
}

/** Enough for the largest request, which may be all payload. */
export const leastRunnerMegabytes = Math.ceil(
  outsideHeap() + (limits.requestBytes * heapFactor()) / (1024 * 1024),
);
