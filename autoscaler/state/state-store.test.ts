import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ControllerState } from "../decide/controller-state.ts";
import { type ScalingTableUnderTest, startScalingTable } from "../testing/scaling-table.ts";
import { createStateStore, type StateStore } from "./state-store.ts";

let table: ScalingTableUnderTest;
beforeAll(async () => {
  table = await startScalingTable();
});
afterAll(() => table.close());

const leaseSeconds = 25;
const remembered = { version: 1, at: 7, tasks: [[7, 3]] } as unknown as ControllerState;
let now = 1_000_000;
let first: StateStore;
let second: StateStore;
beforeEach(() => {
  // Whatever an earlier test held has run out.
  now += 1_000_000;
  first = createStateStore({ ...table, holder: "first", leaseSeconds });
  second = createStateStore({ ...table, holder: "second", leaseSeconds });
});

describe("the controller's state", () => {
  it("is empty at first, and then what was saved last, for whoever comes next", async () => {
    const fresh = await startScalingTable();
    const alone = createStateStore({ ...fresh, holder: "alone", leaseSeconds });

    const before = await alone.acquire(now);
    await alone.save(remembered, now, { isLast: true });
    const after = await createStateStore({ ...fresh, holder: "next", leaseSeconds }).acquire(now + 1);
    await fresh.close();

    expect(before).toEqual({ state: undefined });
    expect(after).toEqual({ state: remembered });
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
    expect(await second.acquire(now + 27_000)).toEqual({ state: other });
  });

  it("that has run out lets its holder save no more, even where nobody came", async () => {
    await first.acquire(now);

    expect(await first.save(remembered, now + 25_000, { isLast: false })).toBe(false);
  });
});

it("fails, rather than call itself not the holder, when the table cannot be reached", async () => {
  const client = { send: () => Promise.reject(new Error("away")) };
  const state = createStateStore({ client: client as never, tableName: "scaling", holder: "x", leaseSeconds });

  await expect(state.acquire(now)).rejects.toThrow("away");
});
