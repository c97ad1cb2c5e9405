import { readdir, rm, rmdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { killIfSame } from "./group.ts";
import { readGroups } from "./group-records.ts";
import { takeOwnership } from "./owner-record.ts";

/** The folder in which one running cloud keeps what lives as long as it does. */
export interface RunFolder {
  readonly path: string;
  /** The file that says which process owns the folder. */
  readonly ownerRecord: string;
  /** Removes the folder and all in it. */
  release(): Promise<void>;
}

/**
 * Makes the folder this process's own and empties it; processes that a dead owner left behind are killed first.
 * @throws AppError `already-running` when a living process owns it
 */
export async function claimRunFolder(path: string): Promise<RunFolder> {
  const ownerRecord = await takeOwnership(path);
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

/** All but the owner's record, which goes last: as long as there is something, somebody answers for it. */
async function empty(path: string, ownerRecord: string): Promise<void> {
  const names = (await readdir(path)).filter((name) => name !== basename(ownerRecord));
  await Promise.all(names.map((name) => rm(join(path, name), { recursive: true, force: true, maxRetries: 3 })));
}

function ignoreNextOwner(error: NodeJS.ErrnoException): void {
  // The next owner moved in, or out again, in the meantime.
  if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST" && error.code !== "ENOENT") throw error;
}
