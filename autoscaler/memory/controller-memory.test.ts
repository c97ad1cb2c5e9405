import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Memory } from "../decide/memory.ts";
import { type ScalingTableUnderTest, startScalingTable } from "../testing/scaling-table.ts";
import { type ControllerMemory, createControllerMemory } from "./controller-memory.ts";

let table: ScalingTableUnderTest;
beforeAll(async () => {
  table = await startScalingTable();
});
afterAll(() => table.close());

const leaseSeconds = 25;
const remembered = { version: 1, at: 7, tasks: [[7, 3]] } as unknown as Memory;
let now = 1_000_000;
let first: ControllerMemory;
let second: ControllerMemory;
beforeEach(() => {
  // Whatever an earlier test held has run out.
  now += 1_000_000;
  first = createControllerMemory({ ...table, holder: "first", leaseSeconds });
  second = createControllerMemory({ ...table, holder: "second", leaseSeconds });
});

describe("the controller's memory", () => {
  it("is empty at first, and then what was saved last, for whoever comes next", async () => {
    const fresh = await startScalingTable();
    const alone = createControllerMemory({ ...fresh, holder: "alone", leaseSeconds });

    const before = await alone.acquire(now);
    await alone.save(remembered, now, { isLast: true });
    const after = await createControllerMemory({ ...fresh, holder: "next", leaseSeconds }).acquire(now + 1);
    await fresh.close();

    expect(before).toEqual({ memory: undefined });
    expect(after).toEqual({ memory: remembered });
  });
});

describe("the lease", () => {
  it("keeps another controller out until it has run out", async () => {
    await first.acquire(now);

    expect(await second.acquire(now + 24_999)).toBeUndefined();
    expect(await second.acquire(now + 25_000)).toBeDefined();
  });

  it("is renewed by each save", async () => {
    await first.acquire(now);
    await first.save(remembered, now + 20_000, { isLast: false });

    expect(await second.acquire(now + 44_999)).toBeUndefined();
    expect(await second.acquire(now + 45_000)).toBeDefined();
  });

  it("is free after a last save", async () => {
    await first.acquire(now);
    await first.save(remembered, now + 1_000, { isLast: true });

    expect(await second.acquire(now + 1_000)).toBeDefined();
  });

  it("lets nobody save who has lost it, and leaves what the other saved", async () => {
    const other = { ...remembered, at: 8 };
    await first.acquire(now);
    await second.acquire(now + 25_000);
    await second.save(other, now + 26_000, { isLast: false });

    expect(await first.save(remembered, now + 27_000, { isLast: false })).toBe(false);
    expect(await second.acquire(now + 27_000)).toEqual({ memory: other });
  });

  it("that has run out lets its holder save no more, even where nobody came", async () => {
    await first.acquire(now);

    expect(await first.save(remembered, now + 25_000, { isLast: false })).toBe(false);
  });
});

it("fails, rather than call itself not the holder, when the table cannot be reached", async () => {
  const client = { send: () => Promise.reject(new Error("away")) };
  const memory = createControllerMemory({ client: client as never, tableName: "scaling", holder: "x", leaseSeconds });

  await expect(memory.acquire(now)).rejects.toThrow("away");
});
