import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

export interface ProcessUse {
  pid: number;
  command: string;
  /** Used so far. Linux only; undefined elsewhere and for a process that has ended. */
  cpuSeconds: number | undefined;
  /** Memory, where pages that processes share are divided among them. Elsewhere than on Linux each process counts them. */
  bytes: number;
}

/** A process and all its descendants, by the list of `ps`. Windows has none. */
export function processTree(root: number): ProcessUse[] {
  const lines = execFileSync("ps", ["-eo", "pid=,ppid=,rss=,args="], { encoding: "utf8" }).trim().split("\n");
  const all = lines.map((line) => {
    const [pid = "", parent = "", kilobytes = "", ...command] = line.trim().split(/\s+/);
    return { pid: Number(pid), parent: Number(parent), bytes: Number(kilobytes) * 1024, command: command.join(" ") };
  });
  const found = all.filter(({ pid }) => pid === root);
  for (const { pid } of found) {
    found.push(...all.filter(({ parent, command }) => parent === pid && !command.startsWith("ps -eo")));
  }
  return found.map(({ pid, command, bytes }) => ({
    pid,
    command,
    cpuSeconds: cpuSeconds(pid),
    bytes: sharedFairly(pid) ?? bytes,
  }));
}

/** User and system time: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html. A tick is a hundredth of a second. */
function cpuSeconds(pid: number): number | undefined {
  // The command, in parentheses, may contain spaces.
  const fields = readProc(pid, "stat")
    ?.replace(/^.*\) /s, "")
    .split(" ");
  return fields && (Number(fields[11]) + Number(fields[12])) / 100;
}

/** The proportional set size: https://man7.org/linux/man-pages/man5/proc_pid_smaps.5.html */
function sharedFairly(pid: number): number | undefined {
  const [, kilobytes] = /^Pss:\s+(\d+) kB/m.exec(readProc(pid, "smaps_rollup") ?? "") ?? [];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

/** Undefined for a process that has ended, and on systems without /proc. */
function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return undefined;
  }
}
