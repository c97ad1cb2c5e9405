import { beforeEach, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { silentLog } from "../../runtime/log.ts";
import { type BeginWait, createLongPollLimit } from "./long-polls.ts";
import { createMemoryCounts, type MemoryCounts } from "./testing/memory-counts.ts";

let clock: ManualClock;
let counts: MemoryCounts;
let begin: BeginWait;
beforeEach(() => {
  clock = new ManualClock(1_000_000);
  counts = createMemoryCounts();
  begin = createLongPollLimit({ counts, clock, log: silentLog, limit: 3 });
});

async function beginMany(polls: number, owner = "alice"): Promise<(() => Promise<void>)[]> {
  const ends: (() => Promise<void>)[] = [];
  for (let poll = 0; poll < polls; poll++) {
    const end = await begin(owner);
    if (end) ends.push(end);
  }
  return ends;
}

it("lets as many polls of an owner wait as the limit says, and those of others", async () => {
  expect(await beginMany(5)).toHaveLength(3);
  expect(await beginMany(5, "bob")).toHaveLength(3);
});

it("counts the polls that began in the window before", async () => {
  clock = new ManualClock(1_019_000);
  begin = createLongPollLimit({ counts, clock, log: silentLog, limit: 3 });
  await beginMany(2);

  await clock.advance(2_000);

  expect(await beginMany(5)).toHaveLength(1);
});

it("lets another poll wait when one has ended", async () => {
  const [end] = await beginMany(3);

  await end?.();

  expect(await beginMany(5)).toHaveLength(1);
});

it("forgets the polls of a function that died", async () => {
  await beginMany(3);

  await clock.advance(40_000);

  expect(await beginMany(5)).toHaveLength(3);
});

it("lets every poll wait while the table does not answer", async () => {
  const fail = () => Promise.reject(new Error("no table"));
  begin = createLongPollLimit({ counts: { ...counts, add: fail }, clock, log: silentLog, limit: 3 });

  expect(await beginMany(5)).toHaveLength(5);
});
