import type { MemoryBudget } from "../../contract/memory-budget.ts";
import type { HandlerOutcome } from "./runner-protocol.ts";

/** Facts about a runner that ended before it gave an outcome. */
export interface RunnerEnd {
  /** A phrase for how the process ended. */
  how: string;
  signal: NodeJS.Signals | null;
  /** Why the worker ended the process; undefined if it did not. */
  fault: { kind: "memory" } | { kind: "other"; phrase: string } | undefined;
  /** V8 reported that its heap was full. */
  isHeapFull: boolean;
  /** Resident memory as last measured; undefined where it cannot be measured. */
  usedMegabytes: number | undefined;
  memory: Pick<MemoryBudget, "heapMegabytes" | "residentMegabytes">;
}

/** The outcome of a run whose runner has ended. */
export function explainEnd(end: RunnerEnd): HandlerOutcome {
  const { how, signal, fault, isHeapFull, usedMegabytes, memory } = end;
  const { heapMegabytes, residentMegabytes } = memory;
  const used = usedMegabytes === undefined ? "" : `; it used ${usedMegabytes} MiB`;
  if (fault?.kind === "memory") return outOfMemory(`${residentMegabytes} MiB${used}`);
  if (fault) return died(fault.phrase);
  if (isHeapFull) return outOfMemory(`${heapMegabytes} MiB of heap, ${residentMegabytes} MiB in all${used}`);
  if (signal !== "SIGKILL") return died(how);
  // The kernel kills a process when the task's memory is full.
  if ((usedMegabytes ?? 0) >= residentMegabytes * nearLimit) return outOfMemory(`${residentMegabytes} MiB${used}`);
  return {
    kind: "interrupted",
    message: `The handler's process ${how}${used}; neither its worker nor its memory use was the cause.`,
  };
}

/** Memory may have grown since the last measurement. */
const nearLimit = 0.8;

function outOfMemory(allowed: string): HandlerOutcome {
  const message = `The handler's process needed more memory than allowed: ${allowed}.`;
  return { kind: "failure", code: "out-of-memory", message, isFinal: false };
}

function died(phrase: string): HandlerOutcome {
  const message = `The handler gave no outcome: its process ${phrase}.`;
  return { kind: "failure", code: "handler-died", message, isFinal: false };
}
