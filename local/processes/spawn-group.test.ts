import { execFileSync } from "node:child_process";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { type GroupOptions, type ProcessGroup, spawnGroup } from "./spawn-group.ts";
import { livingOf } from "./testing/processes-under-test.ts";

let clock: ManualClock;
let groups: ProcessGroup[];
let lines: string[];
/** Resolves at the first line, by which the scripts say that they are ready. */
let isReady: Promise<void>;
let onLine: (line: string) => void;

beforeEach(() => {
  clock = new ManualClock();
  groups = [];
  lines = [];
  isReady = new Promise((resolve) => {
    onLine = (line) => {
      lines.push(line);
      resolve();
    };
  });
});
afterEach(async () => {
  const living = await livingOf(groups.map(({ pid }) => pid));
  await Promise.all(groups.map((group) => group.kill()));
  expect(living).toEqual([]);
});

describe("a process group", () => {
  it("hands over its lines and its exit code", async () => {
    const group = start('echo one; echo two >&2; printf "no end"; exit 7');

    expect(await group.exited).toEqual({ code: 7, signal: null });
    expect(lines.toSorted()).toEqual(["no end", "one", "two"]);
  });

  it("sees the variables it was given and no others", async () => {
    const environment = { PATH: process.env.PATH ?? "", GREETING: "good 'day'\n", EMPTY: "" };
    const script = "console.log(JSON.stringify(process.env))";

    await start("", { command: [process.execPath, "-e", script], environment }).exited;

    expect(JSON.parse(lines.join(""))).toEqual(environment);
  });

  it("exchanges messages with its main process", async () => {
    const { promise: answer, resolve: onMessage } = Promise.withResolvers<unknown>();
    const script = "process.once('message', (m) => process.send({ got: m }, () => process.disconnect()))";

    const group = start("", { command: [process.execPath, "-e", script], onMessage });
    group.send({ bytes: new Uint8Array([1, 2]) });

    expect(await answer).toEqual({ got: { bytes: new Uint8Array([1, 2]) } });
    expect(await group.exited).toEqual({ code: 0, signal: null });
  });

  it("cannot be started in a folder that is not there", () => {
    expect(() => start("true", { directory: "/not/there" })).toThrow(
      expect.objectContaining({ code: "process-start", message: expect.stringContaining("/not/there") }),
    );
  });

  it("cannot be started with variables that no shell can hold", () => {
    expect(() => start("true", { environment: { "a.b": "1" } })).toThrow(
      /does not pass on these variable names: a\.b$/,
    );
  });

  it("does not run when nobody could be told of it", async () => {
    const group = start("echo ran", {}, () => Promise.reject(new Error("disk full")));

    expect(await group.exited).toEqual({ code: null, signal: "SIGKILL" });
    expect(lines).toEqual(["could not be started: disk full"]);
  });
});

describe("ending a process group", () => {
  it("asks the main process alone, and kills the rest when that has ended", async () => {
    const child = 'trap "echo child was asked" TERM; echo $$; while :; do sleep 1; done';
    const group = start(`trap "echo main was asked; exit 3" TERM; sh -c '${child}' & wait`);
    await isReady;

    const exit = await group.terminate(1_000);

    expect(exit).toEqual({ code: 3, signal: null });
    expect(lines.slice(1)).toEqual(["main was asked"]);
    await expect.poll(() => livingOf([Number(lines[0])])).toEqual([]);
  });

  it("kills all of a group that does not end within the grace", async () => {
    const deaf = 'trap "" TERM; echo $$; while :; do sleep 1; done';
    const group = start(`trap "" TERM; sh -c '${deaf}' & wait; wait`);
    await isReady;

    const ended = group.terminate(1_000);
    await clock.advance(999);
    expect(await livingOf([group.pid])).toEqual([group.pid]);
    await clock.advance(1);

    expect(await ended).toEqual({ code: null, signal: "SIGKILL" });
    await expect.poll(() => livingOf([Number(lines[0])])).toEqual([]);
  });

  it("kills a stopped group", async () => {
    const group = start("echo ready; while :; do sleep 1; done");
    await isReady;
    process.kill(group.pid, "SIGSTOP");
    await expect.poll(() => stateOf(group.pid)).toMatch(/^T/);

    const ended = group.terminate(1_000);
    await clock.advance(1_000);

    expect(await ended).toEqual({ code: null, signal: "SIGKILL" });
  });

  it("takes the shorter of two graces", async () => {
    const group = start('trap "" TERM; echo ready; while :; do sleep 1; done');
    await isReady;

    void group.terminate(30_000);
    const ended = group.terminate(5_000);
    await clock.advance(5_000);

    expect((await ended).signal).toBe("SIGKILL");
  });

  it("changes nothing about a group that has ended", async () => {
    const group = start("exit 4");
    await group.exited;

    expect(await group.terminate(1_000)).toEqual({ code: 4, signal: null });
    expect(await group.kill()).toEqual({ code: 4, signal: null });
  });
});

function start(script: string, options: Partial<GroupOptions> = {}, enter = () => Promise.resolve()): ProcessGroup {
  const environment = { PATH: process.env.PATH ?? "" };
  const group = spawnGroup(
    { command: ["sh", "-c", script], directory: ".", environment, onLine, ...options },
    { clock, enter },
  );
  groups.push(group);
  return group;
}

function stateOf(pid: number): string {
  return execFileSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
}
