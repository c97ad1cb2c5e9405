import { lstatSync, mkdirSync, readdirSync, renameSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { asError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";

/** An empty folder for the files of one run. */
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
 * Makes a folder for this worker in the folder for temporary files, and removes the folders of workers that have died. Only the
 * worker's user can enter the new folder.
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
  let folders = 0;
  /** Folders that earlier runs have left empty. */
  const unused: string[] = [];
  const base = await mkdtemp(join(temporaryFolder, `${prefix}${pid}-`));
  const newPath = () => join(base, `run-${++folders}`);
  return {
    create() {
      const path = unused.pop() ?? newFolder(newPath());
      return {
        path,
        async remove() {
          const renamed = newPath();
          if (renameIfReusable(path, renamed)) unused.push(renamed);
          else await Promise.all([remove(path), remove(renamed)]);
        },
      };
    },
    close: () => remove(base),
  };
}

function newFolder(path: string): string {
  mkdirSync(path, { mode });
  return path;
}

/**
 * Renames the folder for the next run, which takes less than half of the time of a new folder. Code left over from the run knows
 * only the old name. Returns false if the next run cannot have it: it is not empty, or the handler replaced it by a link or changed
 * its mode.
 */
function renameIfReusable(path: string, renamed: string): boolean {
  try {
    renameSync(path, renamed);
    const status = lstatSync(renamed);
    return status.isDirectory() && (status.mode & 0o777) === mode && readdirSync(renamed).length === 0;
  } catch {
    // It was removed by its handler.
    return false;
  }
}

const mode = 0o700;

const prefix = "sluice-worker-";

/** In a container every worker may have the same pid. A folder with this worker's pid then belongs to an earlier worker, which has died. */
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
