import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

export interface ProcessUse {
  pid: number;
  command: string;
  cpuSeconds: number;
}

/** A process and all its descendants, with the CPU time that each has used so far. */
export function processTree(root: number): ProcessUse[] {
  const lines = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" }).trim().split("\n");
  const all = lines.map((line) => {
    const [pid = "", parent = "", ...command] = line.trim().split(/\s+/);
    return { pid: Number(pid), parent: Number(parent), command: command.join(" ") };
  });
  const found = all.filter(({ pid }) => pid === root);
  for (const { pid } of found) found.push(...all.filter(({ parent }) => parent === pid));
  return found.map(({ pid, command }) => ({ pid, command, cpuSeconds: cpuSeconds(pid) }));
}

/** The kernel's ticks are hundredths of a second on every Linux platform that Node supports. */
function cpuSeconds(pid: number): number {
  try {
    // The command, in parentheses, may contain spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    // The process has ended.
    return 0;
  }
}
