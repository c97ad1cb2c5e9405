import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Json } from "../../contract/job.ts";
import { systemClock } from "../../runtime/clock.ts";
import { silentLog } from "../../runtime/log.ts";
import type { Run } from "./run.ts";
import { createRunnerPool, type RunnerPool } from "./runner-pool.ts";

let pool: RunnerPool;
beforeEach(() => {
  pool = poolOf("./testing/test-runner.ts");
});
afterEach(() => pool.close());

function poolOf(entry: string): RunnerPool {
  return createRunnerPool({
    entry: new URL(entry, import.meta.url),
    arguments: [],
    clock: systemClock,
    log: silentLog,
  });
}

function start(type: string, payload: Json = null): Run {
  return pool.start({ owner: "alice", jobId: `job-${type}`, type, attempt: 1, fence: 1, payload });
}

async function answeringPid(): Promise<unknown> {
  const outcome = await start("answer").outcome;
  return outcome.kind === "result" ? (outcome.result as { pid: number }).pid : outcome;
}

describe("a handler", () => {
  it("returns its result", async () => {
    const payload = { text: "line\nbreak 🦆", list: [1, null] };

    const outcome = await start("answer", payload).outcome;

    expect(outcome).toMatchObject({ kind: "result", result: { payload } });
  });

  it("may return 50 MB", async () => {
    const outcome = await start("large", 50 * 1024 * 1024).outcome;

    expect(outcome.kind === "result" && String(outcome.result).length).toBe(50 * 1024 * 1024);
  });

  it("can open uploads of its job's owner", async () => {
    expect(await start("openUpload", "key").outcome).toEqual({ kind: "result", result: "alice/key".length });
  });

  it("may print any amount", async () => {
    expect(await start("print", 20_000).outcome).toEqual({ kind: "result", result: "printed" });
  });

  it.each([
    ["throw", "handler-error", "handler is broken"],
    ["nothing", "no-json-result", "came undefined"],
    ["circular", "no-json-result", "circular"],
    ["bigint", "no-json-result", "BigInt"],
    ["unheard-of", "unknown-type", "unheard-of"],
    ["toString", "unknown-type", "toString"],
  ])("without a valid result (%s) fails with %s", async (type, code, words) => {
    const outcome = await start(type).outcome;

    expect(outcome).toMatchObject({ kind: "failure", code, isFinal: false });
    expect(outcome).toHaveProperty("message", expect.stringContaining(words));
  });

  it("fails with a result above the worker's limit", async () => {
    const outcome = await start("large", 129 * 1024 * 1024).outcome;

    expect(outcome).toMatchObject({ kind: "failure", code: "result-too-large" });
  });

  it("that throws a JobFailure fails with its code", async () => {
    expect(await start("fail").outcome).toEqual({
      kind: "failure",
      code: "bad-input",
      message: "input is bad",
      isFinal: true,
    });
  });
});

describe("a runner process", () => {
  it("is reused for the next job", async () => {
    const first = await answeringPid();
    await start("throw").outcome;

    expect(await answeringPid()).toBe(first);
  });

  it("runs one job at a time", async () => {
    const [first, second] = await Promise.all([answeringPid(), answeringPid()]);

    expect(first).not.toBe(second);
  });

  it.each([
    ["exit", "exited with code 3"],
    ["suicide", "was ended by SIGKILL"],
    ["rejectLater", "exited with code 1"],
    ["leaveChild", "exited with code 4"],
    ["nonsense", "broke the runner protocol"],
    ["flood", "broke the runner protocol"],
    ["endlessLine", "sent a message of more than"],
  ])("that its handler ends (%s) fails this run only", async (type, words) => {
    const neighbor = start("listen");

    const outcome = await start(type).outcome;

    expect(outcome).toMatchObject({ kind: "failure", code: "handler-died", isFinal: false });
    expect(outcome).toHaveProperty("message", expect.stringContaining(words));
    expect(await answeringPid()).toBeTypeOf("number");
    neighbor.stop(5_000);
    expect(await neighbor.outcome).toMatchObject({ code: "aborted" });
  });

  it("delivers a result that it sends immediately before its exit", async () => {
    expect(await start("answerThenExit").outcome).toEqual({ kind: "result", result: "last word" });
  });

  it("that cannot be started is a failure", async () => {
    pool = poolOf("./testing/no-such-file.ts");

    expect(await start("answer").outcome).toMatchObject({ kind: "failure", code: "handler-died" });
  });
});

describe("a stop", () => {
  it("lets a cooperative handler end, and keeps its process", async () => {
    const pid = await answeringPid();
    const run = start("listen");

    run.stop(60_000);

    expect(await run.outcome).toMatchObject({ code: "aborted", message: "stopped in time" });
    expect(await answeringPid()).toBe(pid);
  });

  it.each(["hang", "spin", "freeze"])("kills a handler that does not end (%s) after the grace", async (type) => {
    const run = start(type);

    run.stop(100);

    expect(await run.outcome).toMatchObject({
      code: "handler-died",
      message: expect.stringContaining("did not stop in time"),
    });
    expect(await answeringPid()).toBeTypeOf("number");
  });

  it("without grace kills at once", async () => {
    const run = start("listen");

    run.stop(0);

    expect(await run.outcome).toMatchObject({ code: "handler-died" });
  });
});

describe("progress", () => {
  it("is the handler's latest value", async () => {
    const run = start("progress");

    await expect.poll(() => run.progress()).toBe(1);

    run.stop(0);
    await run.outcome;
  });

  it("arrives even from a handler that never yields", async () => {
    const run = start("progressThenSpin");

    await expect.poll(() => run.progress()).toBe(0.5);

    run.stop(0);
    await run.outcome;
  });
});

describe("closing the pool", () => {
  it("ends all processes in any state", async () => {
    const runs = ["spin", "freeze", "listen"].map((type) => start(type));
    const pid = await answeringPid();

    await pool.close();

    expect(() => process.kill(Number(pid), 0)).toThrow("ESRCH");
    for (const run of runs) expect(await run.outcome).toMatchObject({ code: "handler-died" });
  });
});
