import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Group } from "./group.ts";

/**
 * Records each running process group in the run folder, so that a later cloud can end the groups if this one and its
 * reaper were killed.
 */
export async function recordGroup(runFolder: string, group: Group): Promise<void> {
  const folder = join(runFolder, folderName);
  await mkdir(folder, { recursive: true });
  await writeFile(fileOf(runFolder, group.pid), JSON.stringify(group));
}

export async function forgetGroup(runFolder: string, pid: number): Promise<void> {
  await rm(fileOf(runFolder, pid), { force: true });
}

/** The groups recorded by an earlier cloud. */
export async function readGroups(runFolder: string): Promise<Group[]> {
  const folder = join(runFolder, folderName);
  const names = await readdir(folder).catch(() => [] as string[]);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  return texts.flatMap(parseGroup);
}

const folderName = "groups";

function fileOf(runFolder: string, pid: number): string {
  return join(runFolder, folderName, `${pid}.json`);
}

function parseGroup(text: string): Group[] {
  try {
    return [JSON.parse(text) as Group];
  } catch {
    // Incomplete: its writer died before the group was allowed to run, so the group has ended.
    return [];
  }
}
