import { readFileSync } from "node:fs";

/** Resident memory of a process, alone and with its descendants, in MiB. */
export interface ResidentMemory {
  own: number;
  withDescendants: number;
}

/**
 * Reads the memory of a process and its descendants; undefined when it has ended, and on systems other than Linux. Not counted are
 * descendants whose parent has ended, and processes that a thread other than the main one started: Linux lists children by thread.
 */
export function residentMemory(pid: number): ResidentMemory | undefined {
  if (process.platform !== "linux") return undefined;
  const own = ownMegabytes(pid);
  if (own === undefined) return undefined;
  const withDescendants =
    own + childrenOf(pid).reduce((sum, child) => sum + (residentMemory(child)?.withDescendants ?? 0), 0);
  return { own, withDescendants };
}

/** From `status`, which states a unit; `statm` counts pages, whose size differs between machines. */
function ownMegabytes(pid: number): number | undefined {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readOrEmpty(`/proc/${pid}/status`))?.[1];
  return kilobytes === undefined ? undefined : Math.round(Number(kilobytes) / 1024);
}

function childrenOf(pid: number): number[] {
  return readOrEmpty(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean).map(Number);
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    // The process has ended, or the kernel has no such file.
    return "";
  }
}
