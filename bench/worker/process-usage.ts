import { readFileSync } from "node:fs";

/** CPU time of a process so far, in milliseconds, in steps of ten. Linux only. */
export function cpuMilliseconds(pid: number): number {
  // The second field, the name, may contain spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Memory of a process, shared pages divided among the processes that share them, in MiB. */
export function memoryMegabytes(pid: number): number {
  const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "latin1"))?.[1];
  return Number(kilobytes) / 1024;
}

/** Children of a process, their children, and so on. */
export function descendantsOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").split(" ").filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}
