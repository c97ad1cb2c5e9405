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
const saved = { version: 1, at: 7, tasks: [[7, 3]] } as unknown as ControllerState;
let now = 1_000_000;
let first: StateStore;
let second: StateStore;
beforeEach(() => {
  // Any lease of an earlier test has expired.
  now += 1_000_000;
  first = createStateStore({ ...table, holder: "first", leaseSeconds });
  second = createStateStore({ ...table, holder: "second", leaseSeconds });
});

describe("the state", () => {
  it("is undefined at first, then the last saved one, also for another controller", async () => {
    const fresh = await startScalingTable();
    const alone = createStateStore({ ...fresh, holder: "alone", leaseSeconds });

    const before = await alone.acquire(now);
    await alone.save(saved, now, { isLast: true });
    const after = await createStateStore({ ...fresh, holder: "next", leaseSeconds }).acquire(now + 1);
    await fresh.close();

    expect(before).toEqual({ state: undefined });
    expect(after).toEqual({ state: saved });
  });
});

describe("the lease", () => {
  it("keeps another controller out until it expires", async () => {
    await first.acquire(now);

    expect(await second.acquire(now + 24_999)).toBeUndefined();
    expect(await second.acquire(now + 25_000)).toBeDefined();
  });

  it("is renewed by each save", async () => {
    await first.acquire(now);
    await first.save(saved, now + 20_000, { isLast: false });

    expect(await second.acquire(now + 44_999)).toBeUndefined();
    expect(await second.acquire(now + 45_000)).toBeDefined();
  });

  it("is released by the last save", async () => {
    await first.acquire(now);
    await first.save(saved, now + 1_000, { isLast: true });

    expect(await second.acquire(now + 1_000)).toBeDefined();
  });

  it("is needed to save: without it the state of the new holder stays", async () => {
    const other = { ...saved, at: 8 };
    await first.acquire(now);
    await second.acquire(now + 25_000);
    await second.save(other, now + 26_000, { isLast: false });

    expect(await first.save(saved, now + 27_000, { isLast: false })).toBe(false);
    expect(await second.acquire(now + 27_000)).toEqual({ state: other });
  });

  it("allows no save after it has expired, even if no other controller took it", async () => {
    await first.acquire(now);

    expect(await first.save(saved, now + 25_000, { isLast: false })).toBe(false);
  });
});

it("throws when the table cannot be reached", async () => {
  const client = { send: () => Promise.reject(new Error("away")) };
  const state = createStateStore({ client: client as never, tableName: "scaling", holder: "x", leaseSeconds });

  await expect(state.acquire(now)).rejects.toThrow("away");
});
