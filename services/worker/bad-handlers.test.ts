import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { processMessage } from "./process-message.ts";
import { startPool, type TestPool } from "./testing/start-pool.ts";
import { createWorld, drainSignals, jobTimeout, type World } from "./testing/worker-world.ts";

const maxAttempts = 2;

let world: World;
let pool: TestPool;
/** The handler of each job, by its id. The records have a type of the stack, as a message must. */
let handlers: Map<string, string>;
beforeEach(() => {
  handlers = new Map();
  world = createWorld();
  // Real processes, but graces on the world's clock.
  const memory = { residentMegabytes: 1_000, heapMegabytes: 64, payloadDocumentBytes: 0, resultBytes: 1_000 };
  pool = startPool({ clock: world.clock, memory });
  const folders = { create: () => ({ path: pool.folder(), remove: async () => {} }) };
  const start: TestPool["start"] = (run) => pool.start({ ...run, type: handlers.get(run.jobId) ?? run.type });
  world.deps = { ...world.deps, runners: { ...pool, start }, folders };
});
afterEach(async () => {
  await pool.close();
});

/** Records a job with a handler of the test runner, and receives its message. */
async function begin(jobId: string, handler: string): Promise<void> {
  handlers.set(jobId, handler);
  await world.submit({ jobId, maxAttempts, payload: { json: "null" } });
  return beginAgain();
}

async function beginAgain(): Promise<void> {
  return processMessage(world.deps, await world.receive(), drainSignals().signals);
}

describe("a bad handler", () => {
  it.each([
    ["throws", "throw", "handler-error", "handler is broken"],
    ["exits", "exit", "handler-died", "exited with code 3"],
    ["floods memory", "floodMemory", "out-of-memory", "64 MiB of heap"],
    ["returns nothing", "nothing", "no-json-result", "came undefined"],
    ["returns a value that JSON cannot represent", "circular", "no-json-result", "circular"],
  ])(
    "that %s is retried, then its job has failed with the reason, and the other job is unaffected",
    async (_case, type, code, words) => {
      handlers.set("neighbor", "listen");
      await world.submit({ jobId: "neighbor", payload: { json: "null" } });
      const drain = drainSignals();
      const neighbor = processMessage(world.deps, await world.receive(), drain.signals);
      const working = begin("bad", type);

      await await working;
      const afterFirst = world.job("bad");
      await world.clock.advance(1_000);
      await await beginAgain();
      drain.beginHandBack();
      await neighbor;

      expect(afterFirst).toMatchObject({ state: "queued", attempts: 1, error: { code } });
      expect(world.job("bad")).toMatchObject({ state: "failed", attempts: maxAttempts, error: { code } });
      expect(world.job("bad").error?.message).toContain(words);
      expect(world.queue.deadLetters.map(({ reason }) => reason)).toEqual([expect.stringContaining(code)]);
      // Handed back, not failed together with the other job.
      expect(world.job("neighbor")).toMatchObject({ state: "queued", attempts: 0 });
      expect(world.job("neighbor").error).toBeUndefined();
    },
    30_000,
  );

  it("that hangs is stopped at the job's timeout, retried, and then its job has failed", async () => {
    const starts = vi.spyOn(pool, "start");
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      const working = attempt === 1 ? begin("bad", "hang") : beginAgain();
      await expect.poll(() => starts.mock.calls.length).toBe(attempt);
      await world.clock.advance(jobTimeout);
      await world.clock.advance(5_000);
      await await working;
      await world.clock.advance(1_000);
    }

    expect(world.job("bad")).toMatchObject({ state: "failed", attempts: maxAttempts, error: { code: "timed-out" } });
    expect(world.queue.deadLetters).toHaveLength(1);
  });

  it("leaves its last log lines in its job's log, from both attempts", async () => {
    await await begin("bad", "logThenExit");
    await world.clock.advance(1_000);
    await await beginAgain();

    expect(world.job("bad").log?.map(({ text }) => text)).toEqual(["about to exit", "about to exit"]);
  });
});

describe("a malformed message", () => {
  it.each([
    ["not JSON", "hello", "expected JSON"],
    ["unrelated JSON", '{"a":1}', "owner"],
    ["a message without a job", '{"v":1,"owner":"alice","ts":1}', "jobId"],
    ["null", "null", "the body"],
    ["an invalid version", '{"v":"2","owner":"alice","jobId":"a","ts":1}', "v:"],
  ])("(%s) goes to the dead-letter queue with the reason", async (_case, body, words) => {
    world.queue.sendBody(body);

    await processMessage(world.deps, await world.receive(), drainSignals().signals);

    expect(world.queue.deadLetters).toEqual([{ body, reason: expect.stringContaining(words) }]);
    expect(world.queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it("is left to a newer worker if its version is newer", async () => {
    const body = '{"v":2,"tenant":"alice"}';
    world.queue.sendBody(body);

    await processMessage(world.deps, await world.receive(), drainSignals().signals);

    expect(world.queue.deadLetters).toEqual([]);
    expect(world.queue.counts()).toMatchObject({ inFlight: 1 });
  });
});
