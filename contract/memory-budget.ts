import { limits } from "./limits.ts";

/** Limits of each runner's memory, and the largest documents that follow from them. */
export interface MemoryBudget {
  /** Resident memory of a runner, with all processes that its handler starts. */
  residentMegabytes: number;
  /** Limit of V8's heap in a runner. */
  heapMegabytes: number;
  /** Largest JSON document for `payloadKey`. */
  payloadDocumentBytes: number;
  resultBytes: number;
}

/**
 * Divides a task's memory: a fixed share for the worker itself and an idle runner, the rest equally among the slots. Of 1,024
 * MiB each of two slots gets 388 MiB, of which 292 MiB are V8's heap; then a document may have 4.5 MiB.
 */
export function memoryBudget(task: { taskMemoryMegabytes: number; slots: number }): MemoryBudget {
  const forSlots = task.taskMemoryMegabytes - workerMegabytes - idleRunnerMegabytes;
  const residentMegabytes = Math.max(0, Math.floor(forSlots / task.slots));
  const heapMegabytes = Math.max(0, residentMegabytes - outsideHeapMegabytes);
  const heapBytes = heapMegabytes * bytesPerMegabyte;
  // The other half is for the handler.
  const payloadDocumentBytes = Math.max(limits.requestBytes, Math.floor(heapBytes / 2 / heapBytesPerTextByte));
  return {
    residentMegabytes,
    heapMegabytes,
    payloadDocumentBytes: Math.min(limits.payloadDocumentBytes, payloadDocumentBytes),
    resultBytes: Math.min(limits.resultBytes, heapBytes),
  };
}

const bytesPerMegabyte = 1024 * 1024;

/**
 * Limits of V8's heap in the worker itself. Its live values take about 40 MiB; without a limit for new ones the heap grows to
 * several times that before V8 collects them.
 */
export const workerNodeFlags = ["--max-semi-space-size=4", "--max-old-space-size=128"];

/** Measured with these flags, tracing and four busy slots: 158 MiB at most. */
const workerMegabytes = 192;

/** Measured: 50 MiB, with its guard. */
const idleRunnerMegabytes = 56;

/** Node itself, V8's young generation and Buffers. */
const outsideHeapMegabytes = 96;

/**
 * The least heap in which `JSON.parse` reads a document of nested empty arrays, `[[[]]]`, is 30 to 32 times its text (Node 24,
 * 2 to 8 MiB). Other documents need less: 17 to 22 times for `{},`, 27 times for `[{}],`, 14 times for short names.
 */
const heapBytesPerTextByte = 32;

/** A runner must be able to read the largest request, which may be all payload. */
export const leastRunnerMegabytes =
  outsideHeapMegabytes + (limits.requestBytes * heapBytesPerTextByte) / bytesPerMegabyte;
