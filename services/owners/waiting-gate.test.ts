import { beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { silentLog } from "../../runtime/log.ts";
import { createMemoryCounts, type MemoryCounts } from "./testing/memory-counts.ts";
import { createWaitingGate, type OpenPlaces } from "./waiting-gate.ts";

const waiting = { owner: "alice", name: "waiting" };

let clock: ManualClock;
let counts: MemoryCounts;
beforeEach(() => {
  clock = new ManualClock(1_000_000);
  counts = createMemoryCounts();
});

/** A submit function's process. */
function gate(limit: number, changes: Partial<MemoryCounts> = {}): OpenPlaces {
  return createWaitingGate({ counts: { ...counts, ...changes }, clock, log: silentLog, limit });
}

/** A request with so many new jobs, of which `repeated` exist already. Returns how many were admitted. */
async function request(open: OpenPlaces, jobs: number, { owner = "alice", repeated = 0 } = {}): Promise<number> {
  const places = await open(owner, jobs);
  let admitted = 0;
  while (admitted < jobs && places.take()) admitted += 1;
  for (let job = 0; job < Math.min(repeated, admitted); job++) places.giveBack();
  await places.close();
  return admitted;
}

describe("the limit of an owner's waiting jobs", () => {
  it("holds for all processes together, and for each owner alone", async () => {
    const [one, other] = [gate(10), gate(10)];

    const admitted = [await request(one, 6), await request(other, 6), await request(other, 6, { owner: "bob" })];

    expect(admitted).toEqual([6, 4, 6]);
    expect(counts.peek(waiting)).toBe(10);
  });

  it("admits as many jobs of a batch as have room", async () => {
    expect(await request(gate(70), 100)).toBe(70);
    expect(counts.peek(waiting)).toBe(70);
  });

  it("admits further jobs when some have started", async () => {
    const open = gate(10);
    await request(open, 10);
    const refused = await request(open, 1);

    await counts.subtract(waiting, 2);
    await clock.advance(1_000);

    expect([refused, await request(open, 5)]).toEqual([0, 2]);
  });

  it("notes a refused owner, whose count may be wrong", async () => {
    await request(gate(10), 11, { owner: "a/b" });

    expect(await counts.list("/refused", "", clock.now() / 1_000)).toEqual([{ name: "a%2Fb", count: 1 }]);
  });

  it("asks the table at most once a second for an owner at its limit", async () => {
    const open = gate(10);
    await request(open, 11);
    const calls = { ...counts.calls };

    for (let job = 0; job < 50; job++) expect(await request(open, 1)).toBe(0);

    expect(counts.calls).toEqual(calls);
  });

  it("tells the limit and the count", async () => {
    const places = await gate(10)("alice", 11);

    expect(places).toMatchObject({ limit: 10, count: 10 });
  });
});

describe("a place whose job is not created", () => {
  it("is returned before the limit", async () => {
    const open = gate(10);
    await request(open, 8, { repeated: 8 });

    expect(await request(open, 10)).toBe(10);
    expect(counts.peek(waiting)).toBe(10);
  });

  it("is returned below half of the limit", async () => {
    const open = gate(1_000);
    for (let batch = 0; batch < 20; batch++) {
      await request(open, 10, { repeated: 5 });
      await clock.advance(1_000);
    }
    await request(open, 10);

    expect(counts.peek(waiting)).toBe(110);
  });
});

describe("far below the limit", () => {
  it("counts with one write a second, and counts every job", async () => {
    const open = gate(1_000);
    for (let job = 0; job < 50; job++) {
      await request(open, 1);
      await clock.advance(100);
    }
    await clock.advance(1_000);
    await request(open, 1);

    expect(counts.peek(waiting)).toBe(51);
    expect(counts.calls.add).toBe(6);
  });

  it("does not wait for the count before the jobs are stored", async () => {
    let answer = () => {};
    const add: MemoryCounts["add"] = async (...args) => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return counts.add(...args);
    };
    let isSlow = false;
    const open = gate(1_000, { add: (...args) => (isSlow ? add(...args) : counts.add(...args)) });
    await request(open, 1);
    await clock.advance(1_000);
    isSlow = true;

    const places = await open("alice", 1);
    const closed = places.close();
    answer();
    await closed;

    expect(counts.peek(waiting)).toBe(2);
  });
});

describe("a table that does not answer", () => {
  const fail = () => Promise.reject(new Error("no table"));

  it("far below the limit loses no count either", async () => {
    let isAway = false;
    const open = gate(1_000, { add: (...args) => (isAway ? fail() : counts.add(...args)) });
    await request(open, 1);
    isAway = true;
    await clock.advance(1_000);
    await request(open, 5);
    isAway = false;

    await clock.advance(10_000);
    await request(open, 1);

    expect(counts.peek(waiting)).toBe(7);
  });

  it("refuses no job, and counts the accepted ones when it answers again", async () => {
    let isAway = true;
    const open = gate(10, { add: (...args) => (isAway ? fail() : counts.add(...args)) });
    const admitted = await request(open, 7);
    isAway = false;

    const soon = await request(open, 7);
    await clock.advance(10_000);
    await request(open, 1);

    expect([admitted, soon]).toEqual([7, 7]);
    expect(await request(open, 1)).toBe(0);
  });
});
