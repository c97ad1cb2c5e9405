import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { silentLog } from "../../runtime/log.ts";
import { createRunningPermits, type Permit, type RunningPermits } from "./running-permits.ts";
import { createMemoryCounts, type MemoryCounts } from "./testing/memory-counts.ts";

const second = 1_000;

let clock: ManualClock;
let counts: MemoryCounts;
let workers: RunningPermits[];
beforeEach(() => {
  clock = new ManualClock(1_000_000);
  counts = createMemoryCounts();
  workers = [];
});
afterEach(() => Promise.all(workers.map((worker) => worker.close())));

function worker(workerId: string, limit: number, changes: Partial<MemoryCounts> = {}): RunningPermits {
  const deps = { counts: { ...counts, ...changes }, clock, log: silentLog, random: () => 0, workerId, limit, slots: 4 };
  const created = createRunningPermits(deps);
  workers.push(created);
  return created;
}

async function acquireMany(permits: RunningPermits, owner: string, jobs: number): Promise<Permit[]> {
  const answers = await Promise.all(Array.from({ length: jobs }, () => permits.acquire(owner)));
  return answers.filter((permit) => permit !== undefined);
}

const heldBy = (workerId: string) => counts.peek({ owner: "alice", name: `running/${workerId}` });

describe("the limit of an owner's running jobs", () => {
  it("holds for all workers together, and for each owner alone", async () => {
    const [a, b] = [worker("a", 3), worker("b", 3)];

    const first = await acquireMany(a, "alice", 2);
    const second = await acquireMany(b, "alice", 4);

    expect([first.length, second.length]).toEqual([2, 1]);
    expect([heldBy("a"), heldBy("b")]).toEqual([2, 1]);
    expect(await acquireMany(b, "bob", 3)).toHaveLength(3);
  });

  it("lets another worker run a job some seconds after one has ended", async () => {
    const [a, b] = [worker("a", 1), worker("b", 1)];
    const [permit] = await acquireMany(a, "alice", 1);

    permit?.release();
    const atOnce = await b.acquire("alice");
    await clock.advance(10 * second);
    const later = await b.acquire("alice");

    expect(atOnce).toBeUndefined();
    expect(later).toBeDefined();
    expect(heldBy("a")).toBeUndefined();
  });

  it("reuses the permit of a job that has ended without a call", async () => {
    const a = worker("a", 2);
    for (let job = 0; job < 20; job++) {
      const permit = await a.acquire("alice");
      await clock.advance(200);
      permit?.release();
    }

    expect(counts.calls).toMatchObject({ write: 1, list: 1, remove: 0 });
  });

  it("asks the table at most once a second for an owner at its limit", async () => {
    const [a, b] = [worker("a", 1), worker("b", 1)];
    await a.acquire("alice");

    await acquireMany(b, "alice", 5);
    const after = { ...counts.calls };
    const refused = await acquireMany(b, "alice", 5);

    expect(refused).toEqual([]);
    expect(counts.calls).toEqual(after);
  });

  it("writes nothing to ask again, as long as nothing has changed", async () => {
    const [a, b] = [worker("a", 1), worker("b", 1)];
    await a.acquire("alice");
    await b.acquire("alice");
    const { write, remove, list } = counts.calls;

    await clock.advance(2 * second);
    await b.acquire("alice");

    expect(counts.calls).toMatchObject({ write, remove, list: list + 1 });
  });

  it("counts a dead worker's jobs until its permits expire", async () => {
    const dying = createRunningPermits({
      counts,
      clock: new ManualClock(clock.now()),
      log: silentLog,
      random: () => 0,
      workerId: "dying",
      limit: 1,
      slots: 4,
    });
    const b = worker("b", 1);
    await dying.acquire("alice");

    await clock.advance(55 * second);
    const before = await b.acquire("alice");
    await clock.advance(10 * second);
    const after = await b.acquire("alice");

    expect([before, after]).toEqual([undefined, expect.anything()]);
    await dying.close();
  });

  it("renews the permits of a long job", async () => {
    const [a, b] = [worker("a", 1), worker("b", 1)];
    await a.acquire("alice");

    await clock.advance(3_600 * second);

    expect(await b.acquire("alice")).toBeUndefined();
  });

  it("keeps a permit that the table was slow to grant", async () => {
    const slow = Promise.withResolvers<void>();
    const list: MemoryCounts["list"] = async (...args) => {
      await slow.promise;
      return counts.list(...args);
    };
    const [a, b] = [worker("a", 1, { list }), worker("b", 1)];
    const asked = a.acquire("alice");
    await clock.advance(5 * second);
    slow.resolve();
    await asked;

    await clock.advance(120 * second);

    expect(await b.acquire("alice")).toBeUndefined();
  });

  it("returns all permits when the worker stops", async () => {
    const a = worker("a", 2);
    await acquireMany(a, "alice", 2);

    await a.close();

    expect(heldBy("a")).toBeUndefined();
  });
});

describe("a table that does not answer", () => {
  const fail = () => Promise.reject(new Error("no table"));

  it("keeps an owner from the last slot of a worker only", async () => {
    const a = worker("a", 100, { write: fail, list: fail });

    expect(await acquireMany(a, "alice", 5)).toHaveLength(3);
    expect(await acquireMany(a, "bob", 1)).toHaveLength(1);
  });

  it("is asked again after ten seconds, and then counts the jobs that run", async () => {
    let isAway = true;
    const write: MemoryCounts["write"] = (...args) => (isAway ? fail() : counts.write(...args));
    const a = worker("a", 3, { write });
    await acquireMany(a, "alice", 2);
    isAway = false;

    await clock.advance(10 * second);

    expect(heldBy("a")).toBe(2);
    expect(await acquireMany(a, "alice", 5)).toHaveLength(1);
  });

  it("lets a lowered number that was not written be written by the next beat", async () => {
    let isAway = false;
    const remove: MemoryCounts["remove"] = (key) => (isAway ? fail() : counts.remove(key));
    const [a, b] = [worker("a", 1), worker("b", 1, { remove })];
    await a.acquire("alice");
    isAway = true;
    await b.acquire("alice");
    const raised = heldBy("b");
    isAway = false;

    await clock.advance(5 * second);

    expect([raised, heldBy("b")]).toEqual([1, undefined]);
  });

  it("does not lower a number by a write that arrives after a later one", async () => {
    const late: (() => Promise<void>)[] = [];
    let isSlow = false;
    const write: MemoryCounts["write"] = async (...args) => {
      if (!isSlow) return counts.write(...args);
      late.push(() => counts.write(...args));
      throw new Error("no answer in time");
    };
    const a = worker("a", 2, { write });
    const [permit] = await acquireMany(a, "alice", 2);
    permit?.release();
    isSlow = true;
    await clock.advance(5 * second);
    isSlow = false;
    await a.acquire("alice");

    await late[0]?.();

    expect(late).toHaveLength(1);
    expect(heldBy("a")).toBe(2);
  });
});
