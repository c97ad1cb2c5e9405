import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";

/**
 * Distinguishes a process from a later one with the same id, by boot and start time. Undefined if no such process runs;
 * a zombie does not count.
 */
export async function identifyProcess(pid: number): Promise<string | undefined> {
  const start = await startOf(pid);
  return start === undefined ? undefined : `${await readBootId()} ${start}`;
}

/** Whether an identity is of this boot; false if that is unknown. */
export async function isOfThisBoot(identity: string): Promise<boolean> {
  const bootId = await readBootId();
  return bootId !== "" && identity.startsWith(`${bootId} `);
}

let bootId: Promise<string> | undefined;

/** Identifies this boot of the machine; empty on systems that have no such id. */
function readBootId(): Promise<string> {
  bootId ??= process.platform === "linux" ? readBootIdFromProc() : readBootIdFromSysctl();
  return bootId;
}

async function readBootIdFromProc(): Promise<string> {
  return (await readFile("/proc/sys/kernel/random/boot_id", "latin1")).trim();
}

/** For macOS. Other systems answer with an error or have no sysctl. */
function readBootIdFromSysctl(): Promise<string> {
  return new Promise((resolve) => {
    execFile("sysctl", ["-n", "kern.bootsessionuuid"], (error, output) => resolve(error ? "" : output.trim()));
  });
}

function startOf(pid: number): Promise<string | undefined> {
  if (process.platform === "linux") return startByProc(pid);
  return process.platform === "win32" ? startByExistence(pid) : startByPs(pid);
}

/** Fields as in proc_pid_stat(5). The name in parentheses may contain spaces and parentheses. */
async function startByProc(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(undefinedIfGone);
  const [state = "", ...rest] = stat?.slice(stat.lastIndexOf(")") + 2).split(" ") ?? [];
  // Field 22, start time in clock ticks since the boot.
  return hasEnded(state) ? undefined : rest[18];
}

function undefinedIfGone(error: NodeJS.ErrnoException): undefined {
  // ESRCH: the process ended between opening and reading the file.
  if (error.code !== "ENOENT" && error.code !== "ESRCH") throw error;
}

/** Start time in seconds. That is enough: an id is reused only after tens of thousands of processes. */
export function startByPs(pid: number): Promise<string | undefined> {
  // Fixed language and time zone, so that the same time is always written the same way.
  const env = { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" };
  return new Promise((resolve) => {
    execFile("ps", ["-o", "stat=", "-o", "lstart=", "-p", String(pid)], { env }, (error, output) => {
      const [state = "", ...start] = output.trim().split(/\s+/);
      resolve(error || hasEnded(state) ? undefined : start.join(" "));
    });
  });
}

/** Windows offers no cheap start time. There a process with a reused id is mistaken for the earlier one. */
async function startByExistence(pid: number): Promise<string | undefined> {
  try {
    process.kill(pid, 0);
    return "exists";
  } catch {
    // The process has ended or belongs to another user.
    return undefined;
  }
}

function hasEnded(state: string): boolean {
  return state === "" || state.startsWith("Z") || state.startsWith("X");
}
