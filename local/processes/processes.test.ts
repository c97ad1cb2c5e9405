import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { livingOf, startProcessesUnderTest } from "./testing/processes-under-test.ts";
import { runScript } from "./testing/run-script.ts";

const sleeper = {
  command: ["sh", "-c", "sleep 1000"],
  directory: ".",
  environment: { PATH: process.env.PATH ?? "" },
  onLine: () => {},
};

it("keeps a record of each group while it lives", async () => {
  const { processes, directory, down } = await startProcessesUnderTest();
  const records = join(directory, "run", "groups");

  const group = processes.spawn(sleeper);
  await group.started;
  expect(await readdir(records)).toEqual([`${group.pid}.json`]);
  await group.kill();

  await expect.poll(() => readdir(records)).toEqual([]);
  expect(await down()).toEqual({ left: [], living: [] });
});

it("ends what still runs when it is closed, and starts no more", async () => {
  const { processes, down } = await startProcessesUnderTest();
  const group = processes.spawn(sleeper);

  const result = await down();

  expect(result).toEqual({ left: [group.pid], living: [] });
  expect(await group.exited).toEqual({ code: null, signal: "SIGKILL" });
  expect(() => processes.spawn(sleeper)).toThrow(expect.objectContaining({ code: "closed" }));
});

it("goes on starting processes while the reaper is replaced", async () => {
  const { processes, events, down } = await startProcessesUnderTest();
  process.kill(processes.reaperPid ?? 0, "SIGKILL");

  const group = processes.spawn(sleeper);
  await group.started;
  await group.kill();

  await expect.poll(() => events[0]).toBe("The reaper ended by SIGKILL.");
  expect(await down()).toEqual({ left: [], living: [] });
});

it("leaves no process of a cloud killed before anybody was told of it", async () => {
  const directory = await mkdtemp(join(tmpdir(), "sluice-gate-"));
  const trace = join(directory, "ran");
  const cloud = runScript("closed-gate.ts", trace);
  const { pids } = JSON.parse(await cloud.nextLine()) as { pids: number[] };

  cloud.process.kill("SIGKILL");

  await expect.poll(() => livingOf(pids)).toEqual([]);
  expect(existsSync(trace)).toBe(false);
  await cloud.exited;
  await rm(directory, { recursive: true });
});
