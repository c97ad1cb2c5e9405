import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";

let known: Promise<string> | undefined;

/** What tells this run of the machine from earlier ones; empty where the system has no such thing. */
export function readBootId(): Promise<string> {
  known ??= process.platform === "linux" ? readFromProc() : readFromSysctl();
  return known;
}

async function readFromProc(): Promise<string> {
  return (await readFile("/proc/sys/kernel/random/boot_id", "latin1")).trim();
}

/** macOS has it; other systems answer with an error, or have no sysctl at all. */
function readFromSysctl(): Promise<string> {
  return new Promise((resolve) => {
    execFile("sysctl", ["-n", "kern.bootsessionuuid"], (error, output) => resolve(error ? "" : output.trim()));
  });
}
