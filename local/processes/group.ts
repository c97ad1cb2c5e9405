import { identifyProcess, isOfThisBoot } from "./identify-process.ts";

/** A process group, identified by its main process. */
export interface Group {
  pid: number;
  /** The value of `identifyProcess` at the group's start. */
  identity: string;
}

/** Kills every process of the group, including stopped ones and those that ignore signals. */
export function killGroup(pid: number): void {
  try {
    // Windows has no process groups: only the main process is killed.
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch (error) {
    // The group is empty: ESRCH, or on macOS EPERM while its last processes are zombies.
    if (!["ESRCH", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

/** Kills a recorded group, unless its id has been reused. */
export async function killIfSame({ pid, identity }: Group): Promise<void> {
  const identityNow = await identifyProcess(pid);
  // A group may outlive its main process. The system does not reuse an id while a group has it.
  const isSame = identityNow === undefined ? await isOfThisBoot(identity) : identityNow === identity;
  if (isSame) killGroup(pid);
}
