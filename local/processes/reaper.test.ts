import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { claimRunFolder } from "./run-folder.ts";
import { livingOf } from "./testing/processes-under-test.ts";
import { runScript, type Script } from "./testing/run-script.ts";

interface Said {
  pids: number[];
  reaper: number;
  event: string;
}

let directory: string;
let parent: Script;
let pids: number[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "sluice-reaper-"));
});
afterEach(async () => {
  parent.process.kill("SIGKILL");
  await parent.exited;
  await allGone();
  await rm(directory, { recursive: true, force: true });
});

describe("a cloud that is killed outright", () => {
  it("leaves no process: not the deaf, not the stopped, no grandchild, and at last not the reaper", async () => {
    await startParent();

    parent.process.kill("SIGKILL");

    await allGone();
    expect(await readdir(join(directory, "run"))).toEqual(["groups"]);
  });

  it("leaves no process when it had to replace its reaper", async () => {
    const { reaper } = await startParent();
    process.kill(reaper, "SIGKILL");
    const { event: loss } = await said();
    const { event: gain, reaper: second } = await said();
    pids.push(second);

    parent.process.kill("SIGKILL");

    expect(loss).toBe("The reaper ended by SIGKILL.");
    expect(gain).toBe(`A new reaper, process ${second}, watches 3 process groups.`);
    await allGone();
  });

  it("leaves no process to the next one, even if its reaper was killed with it", async () => {
    const { reaper } = await startParent();
    process.kill(reaper, "SIGSTOP");
    parent.process.kill("SIGKILL");
    await parent.exited;
    process.kill(reaper, "SIGKILL");
    await expect.poll(() => livingOf([reaper])).toEqual([]);
    expect(await livingOf(pids)).not.toEqual([]);

    const next = await claimRunFolder(join(directory, "run"));

    await allGone();
    await next.release();
  });
});

describe("the reaper", () => {
  it("lives in a session of its own, which Ctrl-C does not reach", async () => {
    const { reaper } = await startParent();

    const group = execFileSync("ps", ["-o", "pgid=", "-p", String(reaper)], { encoding: "utf8" });

    expect(Number(group)).toBe(reaper);
  });

  it("goes with a cloud that ends in order, and the run folder with both", async () => {
    await startParent();

    parent.process.kill("SIGTERM");

    expect(await parent.exited).toBe(0);
    expect(await livingOf(pids)).toEqual([]);
    expect(existsSync(join(directory, "run"))).toBe(false);
  });
});

async function startParent(): Promise<Said> {
  parent = runScript("parent.ts", join(directory, "run"));
  const first = await said();
  pids = [...first.pids, first.reaper];
  expect(await livingOf(pids)).toEqual(pids);
  return first;
}

async function said(): Promise<Said> {
  return JSON.parse(await parent.nextLine()) as Said;
}

async function allGone(): Promise<void> {
  await expect.poll(() => livingOf(pids)).toEqual([]);
}
