import { randomUUID } from "node:crypto";
import { link, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../runtime/errors.ts";
import { identifyProcess } from "./identify-process.ts";

interface Owner {
  file: string;
  generation: number;
  pid: number;
  identity: string;
}

/**
 * Makes this process the owner of a folder, and returns the owner file. Each owner's file has a number one higher than
 * its predecessor's and is created atomically, so that only one of two processes can succeed a dead owner.
 * @throws AppError `already-running` when a running process owns the folder
 */
export async function takeOwnership(folder: string): Promise<string> {
  for (;;) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const earlier = await readOwners(folder);
    await refuseIfOwned(folder, earlier);
    const generation = 1 + Math.max(0, ...earlier.map((owner) => owner.generation));
    const file = join(folder, fileName(generation));
    if (!(await createWhole(file, await describeThisProcess()))) continue;

    // Another owner may have come and gone since the first check, and a third one restarted the numbering. Both check
    // again after writing, so at least one sees the other.
    const others = (await readOwners(folder)).filter((owner) => owner.generation !== generation);
    await refuseIfOwned(folder, others).catch(async (error: unknown) => {
      await rm(file, { force: true });
      throw error;
    });
    return file;
  }
}

/** Whether a running process owns the folder. */
export async function isOwned(folder: string): Promise<boolean> {
  for (const { pid, identity } of await readOwners(folder)) {
    if ((await identifyProcess(pid)) === identity) return true;
  }
  return false;
}

async function readOwners(folder: string): Promise<Owner[]> {
  const names = await readdir(folder);
  const owners = await Promise.all(names.map((name) => readOwner(folder, name)));
  return owners.filter((owner) => owner !== undefined);
}

async function readOwner(folder: string, name: string): Promise<Owner | undefined> {
  const generation = Number(/^owner-(\d+)\.json$/.exec(name)?.[1]);
  if (!generation) return undefined;
  const file = join(folder, name);
  try {
    const { pid, identity } = JSON.parse(await readFile(file, "utf8")) as Pick<Owner, "pid" | "identity">;
    return { file, generation, pid, identity };
  } catch (error) {
    // Removed since the folder was listed.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new AppError("run-folder", `expected the owner of the folder in ${file}; the file cannot be read`, {
      cause: error,
    });
  }
}

async function refuseIfOwned(folder: string, owners: Owner[]): Promise<void> {
  for (const { pid, identity } of owners) {
    if ((await identifyProcess(pid)) !== identity) continue;
    throw new AppError(
      "already-running",
      `Another laptop cloud runs in ${folder}, as process ${pid}. End it first, with Ctrl-C in its terminal or with kill ${pid}.`,
      { details: { pid, folder } },
    );
  }
}

function fileName(generation: number): string {
  return `owner-${generation}.json`;
}

async function describeThisProcess(): Promise<string> {
  return JSON.stringify({ pid: process.pid, identity: await identifyProcess(process.pid) });
}

/** Creates a file atomically with its whole content. False if the file exists already. */
async function createWhole(file: string, content: string): Promise<boolean> {
  const draft = `${file}.${randomUUID()}`;
  try {
    await writeFile(draft, content);
    await link(draft, file);
    return true;
  } catch (error) {
    // ENOENT: the other process is already clearing the folder.
    if (["EEXIST", "ENOENT"].includes((error as NodeJS.ErrnoException).code ?? "")) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}
