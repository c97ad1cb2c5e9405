import { beforeEach, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { silentLog } from "../../runtime/log.ts";
import { createMemoryCounts, type MemoryCounts } from "./testing/memory-counts.ts";
import { createWaitingExits } from "./waiting-exits.ts";

const waiting = { owner: "alice", name: "waiting" };

let clock: ManualClock;
let counts: MemoryCounts;
beforeEach(async () => {
  clock = new ManualClock(1_000_000);
  counts = createMemoryCounts();
  await counts.add(waiting, 100, { most: 100, expiresAt: 2_000 });
});

it("subtracts the started jobs of an owner with one write a second", async () => {
  const exits = createWaitingExits({ counts, clock, log: silentLog });
  for (let job = 0; job < 40; job++) {
    exits.started("alice");
    await clock.advance(100);
  }
  await clock.advance(1_000);

  expect(counts.peek(waiting)).toBe(60);
  expect(counts.calls.subtract).toBe(4);
});

it("subtracts the rest at the end", async () => {
  const exits = createWaitingExits({ counts, clock, log: silentLog });
  exits.started("alice");

  await exits.close();

  expect(counts.peek(waiting)).toBe(99);
});

it("adds what could not be written to the next write", async () => {
  let isAway = true;
  const subtract: MemoryCounts["subtract"] = (...args) =>
    isAway ? Promise.reject(new Error("no table")) : counts.subtract(...args);
  const exits = createWaitingExits({ counts: { subtract }, clock, log: silentLog });
  exits.started("alice");
  await clock.advance(1_000);
  isAway = false;

  await clock.advance(10_000);

  expect(counts.peek(waiting)).toBe(99);
});
