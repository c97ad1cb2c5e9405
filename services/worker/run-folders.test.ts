import { spawnSync } from "node:child_process";
import { chmod, lstat, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
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

describe("the folder of the next run", () => {
  it.each([
    ["leaves its folder empty", async () => {}],
    ["leaves a file", (path: string) => writeFile(join(path, "a"), "")],
    ["changes the mode", (path: string) => chmod(path, 0o777)],
    ["removes its folder", (path: string) => rm(path, { recursive: true })],
    [
      "puts a link in its place",
      async (path: string) => {
        await rm(path, { recursive: true });
        await symlink(temporaryFolder, path);
      },
    ],
  ])("is new and empty, and has another name, when a run %s", async (_case, act) => {
    const folders = await open();
    const first = folders.create();
    await act(first.path);

    await first.remove();
    const second = folders.create();

    expect(second.path).not.toBe(first.path);
    const status = await lstat(second.path);
    expect(status.isDirectory()).toBe(true);
    expect(status.mode & 0o777).toBe(0o700);
    expect(await readdir(second.path)).toEqual([]);
    await expect(lstat(first.path)).rejects.toThrow("ENOENT");
    expect(await readdir(temporaryFolder)).toHaveLength(1);
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
