import { beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { silentLog } from "../../runtime/log.ts";
import type { PermitTable } from "../jobs/permit-table.ts";
import { createMemoryPermits } from "../jobs/testing/memory-permits.ts";
import { MemoryQueue } from "../jobs/testing/memory-queue.ts";
import { capSource } from "./cap-source.ts";
import { setShare } from "./permit-share.ts";
import { createTypePermits, type TypePermit, type TypePermits } from "./type-permits.ts";

const lease = 6_000;

let clock: ManualClock;
let table: PermitTable;
let calls: string[];
beforeEach(() => {
  clock = new ManualClock(1_000_000);
  table = createMemoryPermits();
  calls = [];
});

function open(workerId: string, limit: number, through: PermitTable = table): TypePermits {
  const counted: PermitTable = {
    read: (type) => {
      calls.push(`${workerId} reads`);
      return through.read(type);
    },
    write: (type, next) => {
      calls.push(`${workerId} writes`);
      return through.write(type, next);
    },
  };
  const deps = { table: counted, clock, log: silentLog, random: () => 0, workerId, type: "echo" as const };
  return createTypePermits({ ...deps, limit, leaseMilliseconds: lease });
}

/** The permits that a worker gets for jobs. */
async function start(permits: TypePermits, jobs: number): Promise<TypePermit[]> {
  const reserving = permits.reserve(jobs);
  await clock.advance(100);
  permits.unreserve(await reserving);
  return Array.from({ length: jobs }, () => permits.take()).filter((permit) => permit !== undefined);
}

describe("permits of a type", () => {
  it("are shared by all workers", async () => {
    const [one, two] = [open("one", 3), open("two", 3)];

    const running = [await start(one, 2), await start(two, 2)];

    expect(running.map(({ length }) => length)).toEqual([2, 1]);
  });

  it("pass from job to job without a call", async () => {
    const permits = open("one", 1);
    const [first] = await start(permits, 1);
    const before = calls.length;

    first?.release();
    const next = await start(permits, 1);

    expect(next).toHaveLength(1);
    expect(calls.slice(before)).toEqual([]);
  });

  it("return to the table after a second without a job, for another worker", async () => {
    const [one, two] = [open("one", 1), open("two", 1)];
    const [running] = await start(one, 1);
    const meanwhile = await start(two, 1);

    running?.release();
    await clock.advance(3_000);

    expect(meanwhile).toEqual([]);
    expect(await start(two, 1)).toHaveLength(1);
  });

  it("are asked for again only after a pause", async () => {
    await start(open("one", 1), 1);
    const two = open("two", 1);
    await start(two, 1);
    const before = calls.length;

    for (let round = 0; round < 5; round++) await start(two, 1);
    const during = calls.length;
    await clock.advance(400);
    await start(two, 1);

    expect(during).toBe(before);
    expect(calls.slice(before)).toEqual(["two reads"]);
  });

  it("are not used after their return, though its answer was lost", async () => {
    let losesAnswer = false;
    const one = open("one", 1, {
      ...table,
      async write(type, next) {
        const isWritten = await table.write(type, next);
        if (losesAnswer) throw new Error("no answer");
        return isWritten;
      },
    });
    const [running] = await start(one, 1);
    losesAnswer = true;

    running?.release();
    // The return fails after a second; half a second later the worker would ask again.
    await clock.advance(1_200);
    const other = await start(open("two", 1), 1);

    expect(other).toHaveLength(1);
    expect(one.take()).toBeUndefined();
    expect(await start(one, 1)).toEqual([]);
  });

  it("start no job while the table does not answer, and cover running ones until their expiry", async () => {
    let isAway = false;
    const one = open("one", 2, {
      read: async (type) => (isAway ? Promise.reject(new Error("away")) : table.read(type)),
      write: table.write,
    });
    const [running] = await start(one, 1);
    isAway = true;

    const started = await start(one, 1);
    const covered = [running?.cover(lease)];
    await clock.advance(8_000);
    covered.push(running?.cover(lease));
    await clock.advance(2_000);

    expect(started).toEqual([]);
    expect(covered).toEqual([lease, 10_000 - 200 - 8_000]);
    expect(() => running?.cover(lease)).toThrow("covers no lease");
  });

  it("of a closed worker return at once, but for leases that may still be valid", async () => {
    const one = open("one", 2);
    const [ended, abandoned] = await start(one, 2);
    for (const permit of [ended, abandoned]) permit?.cover(lease);
    ended?.leaseOver();
    for (const permit of [ended, abandoned]) permit?.release();

    await one.close();
    const two = open("two", 2);

    expect(await start(two, 2)).toHaveLength(1);
    await clock.advance(2 * lease);
    expect(await start(two, 1)).toHaveLength(1);
  });
});

it("a dead worker's permits are free a second after their expiry, by which clocks may differ", () => {
  const ledger = { version: 7, holders: { dead: { count: 2, until: 50_000 } } };
  const request = { workerId: "one", wanted: 2, until: 60_000, limit: 3 };

  expect(setShare(ledger, { ...request, now: 50_999 })).toMatchObject({ count: 1 });
  expect(setShare(ledger, { ...request, now: 51_000 })).toEqual({
    count: 2,
    next: { version: 8, holders: { one: { count: 2, until: 60_000 } } },
  });
});

it("a worker without a permit makes no call to the queue of the type, and one for its permits in each pause", async () => {
  await start(open("one", 1), 1);
  calls = [];
  const queue = new MemoryQueue({ clock, visibilityMilliseconds: lease, maxReceiveCount: 5 });
  await queue.send({ owner: "alice", jobId: "job-1" }, 0);
  const source = capSource(queue, open("two", 1));

  let looks = 0;
  void (async () => {
    for (;;) {
      await source.receive(5, new AbortController().signal);
      looks += 1;
    }
  })();
  await clock.advance(60_000);

  expect(queue.counts()).toMatchObject({ visible: 1 });
  expect(looks).toBeGreaterThan(10);
  expect(looks).toBeLessThan(20);
  // The permit of the other worker expires meanwhile only if its renewals do not.
  expect(calls.filter((call) => call === "two writes")).toEqual([]);
});
