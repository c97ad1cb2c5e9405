import { chmod, readdir, rm, rmdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { killIfSame } from "./group.ts";
import { readGroups } from "./group-records.ts";
import { takeOwnership } from "./owner-record.ts";

/** The folder for the files of one running cloud. */
export interface RunFolder {
  readonly path: string;
  /** The file that names the owning process. */
  readonly ownerRecord: string;
  /** Removes the folder with its content. */
  release(): Promise<void>;
}

/**
 * Takes ownership of the folder and empties it. Only this user can enter it, because it will have keys. Processes that a dead owner left behind are killed first.
 * @throws AppError `already-running` when a running process owns the folder
 */
export async function claimRunFolder(path: string): Promise<RunFolder> {
  const ownerRecord = await takeOwnership(path);
  // The folder may have existed with another mode.
  await chmod(path, 0o700);
  await Promise.all((await readGroups(path)).map(killIfSame));
  await empty(path, ownerRecord);
  return {
    path,
    ownerRecord,
    async release() {
      await empty(path, ownerRecord);
      await rm(ownerRecord, { force: true });
      await rmdir(path).catch(ignoreNextOwner);
    },
  };
}

/** Removes everything except the owner file, which is removed last so that the folder always has an owner. */
async function empty(path: string, ownerRecord: string): Promise<void> {
  const names = (await readdir(path)).filter((name) => name !== basename(ownerRecord));
  await Promise.all(names.map((name) => rm(join(path, name), { recursive: true, force: true, maxRetries: 3 })));
}

function ignoreNextOwner(error: NodeJS.ErrnoException): void {
  // Another owner has taken the folder in the meantime.
  if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST" && error.code !== "ENOENT") throw error;
}
