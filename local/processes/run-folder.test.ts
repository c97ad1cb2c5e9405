import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { recordGroup } from "./group-records.ts";
import { identifyProcess } from "./identify-process.ts";
import { claimRunFolder } from "./run-folder.ts";
import { livingOf } from "./testing/processes-under-test.ts";
import { runScript } from "./testing/run-script.ts";

let directory: string;
let path: string;
const children: number[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "sluice-run-folder-"));
  path = join(directory, "run");
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
  expect(await livingOf(children.splice(0))).toEqual([]);
});

describe("claiming a run folder", () => {
  it("makes it and, at the release, removes it with all that came into it", async () => {
    const runFolder = await claimRunFolder(path);
    await mkdir(join(path, "logs"));
    await writeFile(join(path, "logs", "api.log"), "a line");

    await runFolder.release();

    expect(existsSync(path)).toBe(false);
  });

  it("lets no other user of the machine in, also where the folder existed", async () => {
    await mkdir(path, { mode: 0o755 });

    const runFolder = await claimRunFolder(path);

    expect((await stat(path)).mode & 0o777).toBe(0o700);
    await runFolder.release();
  });

  it("is refused while a living process owns it, and names that process", async () => {
    const runFolder = await claimRunFolder(path);

    await expect(claimRunFolder(path)).rejects.toMatchObject({
      code: "already-running",
      message: expect.stringContaining(String(process.pid)),
    });

    await runFolder.release();
    await (await claimRunFolder(path)).release();
  });

  it("clears away what a dead owner left", async () => {
    await leaveBehind();
    await writeFile(join(path, "outputs.json"), "{}");

    const runFolder = await claimRunFolder(path);

    expect(await readdir(path)).toEqual(["owner-4.json"]);
    await runFolder.release();
  });

  it("is won by one of many that step into a dead owner's place at once", async () => {
    await leaveBehind();
    const rivals = Array.from({ length: 4 }, () => runScript("claim.ts", path));
    await Promise.all(rivals.map((rival) => rival.nextLine()));

    for (const rival of rivals) rival.process.stdin?.write("go\n");
    const results = await Promise.all(rivals.map((rival) => rival.nextLine()));

    const winner = results.find((result) => result.startsWith("won"))?.slice("won ".length);
    expect(results.toSorted()).toEqual([...Array(3).fill(`already-running ${winner}`), `won ${winner}`]);
    for (const rival of rivals) rival.process.stdin?.end();
    await Promise.all(rivals.map((rival) => rival.exited));
    expect(existsSync(path)).toBe(false);
  });
});

describe("processes that a dead owner left", () => {
  it("are killed", async () => {
    await leaveBehind();
    const pid = startSleeper();
    await recordGroup(path, { pid, identity: (await identifyProcess(pid)) ?? "" });

    const runFolder = await claimRunFolder(path);

    await expect.poll(() => livingOf([pid])).toEqual([]);
    await runFolder.release();
  });

  it("are left alone when their id belongs to another process by now", async () => {
    await leaveBehind();
    const pid = startSleeper();
    const identity = (await identifyProcess(pid)) ?? "";
    await recordGroup(path, { pid, identity: `${identity}1` });

    const runFolder = await claimRunFolder(path);

    expect(await identifyProcess(pid)).toBe(identity);
    process.kill(-pid, "SIGKILL");
    await expect.poll(() => livingOf([pid])).toEqual([]);
    await runFolder.release();
  });

  it("do not matter when their record was cut short", async () => {
    await leaveBehind();
    await mkdir(join(path, "groups"));
    await writeFile(join(path, "groups", "1.json"), '{"pid":1,');

    const runFolder = await claimRunFolder(path);

    await runFolder.release();
  });
});

/** The folder of an owner whose process id is in use again, by this process. */
async function leaveBehind(): Promise<void> {
  await mkdir(path);
  await writeFile(join(path, "owner-3.json"), JSON.stringify({ pid: process.pid, identity: "another boot 1" }));
}

function startSleeper(): number {
  const { pid = 0 } = spawn("sleep", ["1000"], { detached: true, stdio: "ignore" });
  children.push(pid);
  return pid;
}
