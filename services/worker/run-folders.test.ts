import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { silentLog } from "../../runtime/log.ts";
import { openRunFolders, type RunFolders } from "./run-folders.ts";

let temporaryFolder: string;
beforeEach(async () => {
  temporaryFolder = await mkdtemp(join(tmpdir(), "sluice-folders-"));
});
afterEach(() => rm(temporaryFolder, { recursive: true, force: true }));

function open(pid = process.pid): Promise<RunFolders> {
  return openRunFolders({ temporaryFolder, pid, log: silentLog });
}

describe("the folder of a run", () => {
  it("is one of its own, for this user only", async () => {
    const folders = await open();

    const [first, second] = [folders.create(), folders.create()];

    expect(first.path).not.toBe(second.path);
    expect((await stat(first.path)).mode & 0o777).toBe(0o700);
  });

  it("is removed with all that is in it", async () => {
    const { path, remove } = (await open()).create();
    await mkdir(join(path, "a"));
    await writeFile(join(path, "a", "b"), "");

    await remove();

    await expect(stat(path)).rejects.toThrow("ENOENT");
  });
});

describe("a worker's folders", () => {
  it("are removed at its end", async () => {
    const folders = await open();
    folders.create();

    await folders.close();

    expect(await readdir(temporaryFolder)).toEqual([]);
  });

  it("are removed by a later worker if it died, and left alone while it runs", async () => {
    const { pid: dead } = spawnSync(process.execPath, ["--version"]);
    (await open(dead)).create();
    (await open(process.ppid)).create();
    // A worker of the same container, whose processes always have the same ids.
    (await open()).create();

    await open();

    const pids = (await readdir(temporaryFolder)).map((name) => Number(name.split("-")[2]));
    expect(pids.sort()).toEqual([process.ppid, process.pid].sort());
  });
});
