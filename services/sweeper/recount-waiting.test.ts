import { beforeEach, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { silentLog } from "../../runtime/log.ts";
import { createMemoryCounts, type MemoryCounts } from "../owners/testing/memory-counts.ts";
import { recountWaiting } from "./recount-waiting.ts";

const waiting = { owner: "alice", name: "waiting" };
const note = { owner: "/refused", name: "alice" };
const anyLimit = { most: 1_000, expiresAt: 2_000 };

let clock: ManualClock;
let counts: MemoryCounts;
beforeEach(async () => {
  clock = new ManualClock(1_000_000);
  counts = createMemoryCounts();
  await counts.add(waiting, 100, anyLimit);
});

const queuedJobs = (queued: Record<string, number>) =>
  new Map(Object.entries(queued).map(([owner, count]) => [owner, { count }]));
const recount = (queued: Record<string, number>, countQueued = async () => queuedJobs(queued)) =>
  recountWaiting({ counts, countQueued, clock, log: silentLog });

it.each([
  ["fewer", 60],
  ["more", 140],
  ["none", 0],
])("corrects the count of a refused owner of whom %s are queued", async (_what, queued) => {
  await counts.add(note, 1, anyLimit);

  await recount(queued === 0 ? { bob: 5 } : { alice: queued, bob: 5 });

  expect(counts.peek(waiting)).toBe(queued);
  expect(counts.peek(note)).toBeUndefined();
});

it("keeps what was counted meanwhile", async () => {
  await counts.add(note, 1, anyLimit);

  await recount({}, async () => {
    await counts.add(waiting, 3, anyLimit);
    return queuedJobs({ alice: 60 });
  });

  expect(counts.peek(waiting)).toBe(63);
});

it("reads no jobs when no owner was refused", async () => {
  const countQueued = () => Promise.reject(new Error("expected no read"));

  await recount({}, countQueued);

  expect(counts.peek(waiting)).toBe(100);
});
