import { mkdirSync, rmdirSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { asError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";

/** A folder for the files of one run. */
export interface RunFolder {
  path: string;
  /** Never rejects. */
  remove(): Promise<unknown>;
}

export interface RunFolders {
  create(): RunFolder;
  /** Removes all folders of this worker. */
  close(): Promise<void>;
}

/**
 * Makes a folder for this worker in the folder for temporary files, and removes those of workers that have died. Only this user
 * can enter it.
 */
export async function openRunFolders({
  temporaryFolder,
  pid,
  log,
}: {
  temporaryFolder: string;
  /** Of this worker. */
  pid: number;
  log: Log;
}): Promise<RunFolders> {
  const remove = async (path: string) => {
    try {
      // Code that a handler left running may still write there.
      await rm(path, { recursive: true, force: true, maxRetries: 3 });
    } catch (error) {
      log.warn({ err: asError(error), path }, "a folder could not be removed; a later worker tries again");
    }
  };
  const abandoned = (await readdir(temporaryFolder)).filter((name) => isAbandoned(name, pid));
  await Promise.all(abandoned.map((name) => remove(join(temporaryFolder, name))));
  let runs = 0;
  const base = await mkdtemp(join(temporaryFolder, `${prefix}${pid}-`));
  return {
    create() {
      const path = join(base, `run-${++runs}`);
      // Without waiting: of a folder that is usually empty at its end, each call takes a few microseconds.
      mkdirSync(path, { mode: 0o700 });
      return { path, remove: async () => isRemovedEmpty(path) || remove(path) };
    },
    close: () => remove(base),
  };
}

function isRemovedEmpty(path: string): boolean {
  try {
    rmdirSync(path);
    return true;
  } catch {
    // It holds files, or was removed by its handler.
    return false;
  }
}

const prefix = "sluice-worker-";

/** In a container every worker may have the same pid: then the earlier one has died. */
function isAbandoned(name: string, ownPid: number): boolean {
  const pid = Number(new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1]);
  return pid > 0 && (pid === ownPid || !isAlive(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not permitted: it runs, as another user.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
