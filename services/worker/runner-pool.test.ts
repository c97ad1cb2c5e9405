import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Json } from "../../contract/job.ts";
import type { Run } from "./active-run.ts";
import { startPool, type TestPool } from "./testing/start-pool.ts";

let pool: TestPool;
beforeEach(() => {
  pool = startPool();
});
afterEach(() => pool.close());

function start(type: string, payload: Json = null): Run {
  const json = JSON.stringify(payload);
  return pool.start({
    owner: "alice",
    jobId: `job-${type}`,
    type,
    attempt: 1,
    fence: 1,
    payload: { json },
    folder: pool.folder(),
  });
}

/** The outcome of a run, its result parsed. */
async function outcomeOf(type: string, payload: Json = null): Promise<unknown> {
  const outcome = await start(type, payload).outcome;
  if (outcome.kind !== "result") return outcome;
  const json = "json" in outcome.result ? outcome.result.json : await readFile(outcome.result.file, "utf8");
  return JSON.parse(json);
}

async function answeringPid(): Promise<unknown> {
  return ((await outcomeOf("answer")) as { pid: number }).pid;
}

describe("a handler", () => {
  it("returns its result", async () => {
    const payload = { text: "line\nbreak 🦆", list: [1, null] };

    expect(await outcomeOf("answer", payload)).toMatchObject({ payload });
  });

  it("gets a large payload from a file", async () => {
    const folder = pool.folder();
    const file = join(folder, "payload");
    await writeFile(file, '{"from": "a file"}');

    const run = pool.start({ owner: "a", jobId: "b", type: "answer", attempt: 1, fence: 1, payload: { file }, folder });

    expect(await run.outcome).toMatchObject({ result: { json: expect.stringContaining('{"from":"a file"}') } });
  });

  it("may return 50 MB", async () => {
    expect(String(await outcomeOf("large", 50 * 1024 * 1024)).length).toBe(50 * 1024 * 1024);
  });

  it("can open uploads of its job's owner", async () => {
    expect(await outcomeOf("openUpload", "key")).toEqual({ bytes: "alice/key".length, isRead: true });
    expect(await outcomeOf("openUpload", "missing")).toMatchObject({ code: "no-such-object", isFinal: true });
  });

  it("may print any amount", async () => {
    expect(await outcomeOf("print", 20_000)).toBe("printed");
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
    const outcome = await start("large", 81_000_000).outcome;

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

  it("that was used last is the first to be used again", async () => {
    const [first, second] = [start("answer"), start("answer")];
    await Promise.all([first.outcome, second.outcome]);
    const last = await answeringPid();

    expect([await answeringPid(), await answeringPid()]).toEqual([last, last]);
  });

  it("runs one job at a time", async () => {
    const [first, second] = await Promise.all([answeringPid(), answeringPid()]);

    expect(first).not.toBe(second);
  });

  it.each([
    ["exit", "exited with code 3"],
    ["rejectLater", "exited with code 1"],
    ["leaveChild", "exited with code 4"],
    ["nonsense", "broke the runner protocol"],
    ["flood", "broke the runner protocol"],
    ["endlessLine", "sent a message of more than"],
    ["notJson", "broke the runner protocol"],
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
    expect(await outcomeOf("answerThenExit")).toBe("last word");
  });

  it("that something else kills is interrupted, which is not its handler's failure", async () => {
    expect(await start("suicide").outcome).toEqual({
      kind: "interrupted",
      message: expect.stringContaining("was ended by SIGKILL"),
    });
  });

  it("that cannot be started is a failure", async () => {
    await pool.close();
    pool = startPool({ entry: new URL("./testing/no-such-file.ts", import.meta.url) });

    expect(await start("answer").outcome).toMatchObject({ kind: "failure", code: "handler-died" });
  });
});

describe("a stop", () => {
  it("lets a cooperative handler end, and keeps its process", async () => {
    const pid = await answeringPid();
    const run = start("listen");
    await expect.poll(() => run.progress()).toBe(0.5);

    run.stop(60_000);

    expect(await run.outcome).toMatchObject({ code: "aborted", message: "stopped in time" });
    expect(await answeringPid()).toBe(pid);
  });

  it.each(["progressThenHang", "progressThenSpin", "progressThenFreeze"])(
    "kills a handler that does not end (%s) after the grace",
    async (type) => {
      const run = start(type);
      await expect.poll(() => run.progress()).toBe(0.5);

      run.stop(100);

      expect(await run.outcome).toMatchObject({
        code: "handler-died",
        message: expect.stringContaining("did not stop in time"),
      });
      expect(await answeringPid()).toBeTypeOf("number");
    },
  );

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
