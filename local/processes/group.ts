import { identifyProcess, isOfThisBoot } from "./identify-process.ts";

/** A process group, known by its main process. */
export interface Group {
  pid: number;
  /** As `identifyProcess` gave it when the group began. */
  identity: string;
}

/** Ends every process of the group at once, also those that ignore signals or are stopped. */
export function killGroup(pid: number): void {
  try {
    // Windows has no groups: only the main process ends there.
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch (error) {
    // Nobody is left: ESRCH, or on macOS EPERM while the last ones wait to be collected.
    if (!["ESRCH", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

/** Ends what is left of a group that was written down earlier, unless its id belongs to somebody else by now. */
export async function killIfSame({ pid, identity }: Group): Promise<void> {
  const identityNow = await identifyProcess(pid);
  // A group may outlive its main process, and an id is not given out again while a group bears it.
  const isSame = identityNow === undefined ? await isOfThisBoot(identity) : identityNow === identity;
  if (isSame) killGroup(pid);
}
