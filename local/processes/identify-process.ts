import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";

/**
 * What tells a process from a later one with the same id: the boot it belongs to and when it started. Undefined when no
 * such process lives; one that has ended and waits to be collected lives no more.
 */
export async function identifyProcess(pid: number): Promise<string | undefined> {
  const start = await startOf(pid);
  return start === undefined ? undefined : `${await readBootId()} ${start}`;
}

/** Whether an identity taken earlier belongs to this run of the machine; false where nobody can tell. */
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

/** Fields as in proc_pid_stat(5); the name in parentheses may itself hold spaces and parentheses. */
async function startByProc(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(undefinedIfGone);
  const [state = "", ...rest] = stat?.slice(stat.lastIndexOf(")") + 2).split(" ") ?? [];
  // Field 22, in clock ticks since the boot.
  return hasEnded(state) ? undefined : rest[18];
}

function undefinedIfGone(error: NodeJS.ErrnoException): undefined {
  // ESRCH: it ended between the opening of the file and its reading.
  if (error.code !== "ENOENT" && error.code !== "ESRCH") throw error;
}

/** To the second, which is enough: an id comes round again only after tens of thousands of other processes. */
export function startByPs(pid: number): Promise<string | undefined> {
  // The language or time zone of the moment must not change how the same time is written.
  const env = { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" };
  return new Promise((resolve) => {
    execFile("ps", ["-o", "stat=", "-o", "lstart=", "-p", String(pid)], { env }, (error, output) => {
      const [state = "", ...start] = output.trim().split(/\s+/);
      resolve(error || hasEnded(state) ? undefined : start.join(" "));
    });
  });
}

/** Windows has no cheap answer; there a process that was given the id of an ended one is taken for it. */
async function startByExistence(pid: number): Promise<string | undefined> {
  try {
    process.kill(pid, 0);
    return "exists";
  } catch {
    // Gone, or not ours to touch: no process that we started.
    return undefined;
  }
}

function hasEnded(state: string): boolean {
  return state === "" || state.startsWith("Z") || state.startsWith("X");
}
