import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readOutputs } from "./outputs.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

// All starts share a folder: each shows that the one before it has left nothing that is in the way.
let directory: string;
let folder: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "sluice-teardown-"));
  folder = join(directory, "run");
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe("npm start, however it ends", () => {
  it.each(["the cloud", "the launcher"])("leaves nothing after a SIGKILL of %s", async (victim) => {
    const { launcher, processes, apiUrl } = await start();
    const cloud = processes.find(({ parent }) => parent === launcher.pid);

    process.kill(victim === "the cloud" ? (cloud?.pid ?? 0) : (launcher.pid ?? 0), "SIGKILL");
    if (launcher.exitCode === null && launcher.signalCode === null) await once(launcher, "exit");

    await expectNothingLeft(processes, apiUrl);
    await expect(readOutputs(folder)).rejects.toThrow("No stack runs");
  });

  it("leaves nothing after a SIGKILL of npm, which ran it through a shell", async () => {
    const npm = await start(launch("npm", "start", "--"));

    npm.launcher.kill("SIGKILL");

    await expectNothingLeft(npm.processes, npm.apiUrl);
  });

  it("refuses to start twice in one folder, says who has it, and leaves nothing after SIGTERM", async () => {
    const first = await start();

    const second = launch();
    const lines: string[] = [];
    createInterface({ input: second.stderr ?? process.stdin }).on("line", (line) => lines.push(line));
    const [code] = await once(second, "exit");
    first.launcher.kill("SIGTERM");
    await once(first.launcher, "exit");

    expect(code).toBe(1);
    expect(lines.join("\n")).toMatch(/\b\d+\b/);
    await expectNothingLeft(first.processes, first.apiUrl);
  });

  it("leaves nothing after Ctrl-C", async () => {
    const { launcher, processes, apiUrl } = await start();

    // As a terminal does: to everything in the foreground.
    for (const { pid } of processes) if (isLauncherOrCloud(pid, processes)) process.kill(pid, "SIGINT");
    const [code] = await once(launcher, "exit");

    expect(code).toBe(0);
    await expectNothingLeft(processes, apiUrl);
    expect(existsSync(join(folder, "outputs.json"))).toBe(false);
  });
});

interface Started {
  launcher: ChildProcess;
  /** The launcher and everything under it. */
  processes: Process[];
  apiUrl: string;
}

interface Process {
  pid: number;
  parent: number;
}

function launch(command = process.execPath, ...args: string[]): ChildProcess {
  const script = args.length > 0 ? args : ["tools/start.mjs", "local/main.ts"];
  return spawn(command, [...script, "--no-demo", "--port", "0", "--folder", folder], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function start(launcher = launch()): Promise<Started> {
  const output: string[] = [];
  launcher.stderr?.on("data", (chunk: Buffer) => output.push(chunk.toString()));
  await new Promise<void>((resolve, reject) => {
    launcher.on("exit", (code) => reject(new Error(`ended with ${code} before it was ready:\n${output.join("")}`)));
    createInterface({ input: launcher.stdout ?? process.stdin }).on("line", (line) => {
      output.push(`${line}\n`);
      if (line.includes("stays up until Ctrl-C")) resolve();
    });
  });
  const { apiUrl = "" } = await readOutputs(folder);
  // Functions start on demand.
  await fetch(`${apiUrl}/jobs`);
  // The launcher, the cloud, the reaper, an environment of a function, a worker and its handlers.
  await expect.poll(() => familyOf(launcher.pid ?? 0).length, { timeout: 30_000 }).toBeGreaterThan(6);
  return { launcher, processes: familyOf(launcher.pid ?? 0), apiUrl };
}

function familyOf(pid: number): Process[] {
  const all = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number))
    .map(([child = 0, parent = 0]) => ({ pid: child, parent }));
  const family = all.filter((process) => process.pid === pid);
  for (const member of family) family.push(...all.filter(({ parent }) => parent === member.pid));
  return family.filter(({ pid: member }) => isAlive(member));
}

function isLauncherOrCloud(pid: number, processes: Process[]): boolean {
  const launcher = processes[0]?.pid;
  return pid === launcher || processes.find((process) => process.pid === pid)?.parent === launcher;
}

async function expectNothingLeft(processes: Process[], apiUrl: string): Promise<void> {
  await expect.poll(() => processes.filter(({ pid }) => isAlive(pid))).toEqual([]);
  await expect(fetch(apiUrl)).rejects.toThrow();
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
