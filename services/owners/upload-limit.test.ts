import { expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { silentLog } from "../../runtime/log.ts";
import { createMemoryCounts } from "./testing/memory-counts.ts";
import { createUploadLimit } from "./upload-limit.ts";

const megabyte = 2 ** 20;
const hour = 3_600_000;

function prepare() {
  const clock = new ManualClock(Date.UTC(2026, 0, 31, 22));
  const counts = createMemoryCounts();
  return { clock, counts, count: createUploadLimit({ counts, clock, log: silentLog, megabytesPerDay: 10 }) };
}

it("allows uploads up to the limit of a day, and tells when the day ends", async () => {
  const { count } = prepare();
  await count("alice", 6 * megabyte);

  const refused = await count("alice", 5 * megabyte);

  expect(refused).toEqual({ limitBytes: 10 * megabyte, countedBytes: 6 * megabyte, secondsLeft: 7_200 });
  expect(await count("alice", 4 * megabyte)).toBeUndefined();
  expect(await count("bob", 10 * megabyte)).toBeUndefined();
});

it("begins anew at midnight", async () => {
  const { clock, count } = prepare();
  await count("alice", 10 * megabyte);

  await clock.advance(2 * hour);

  expect(await count("alice", 10 * megabyte)).toBeUndefined();
});

it("allows every upload while the table does not answer", async () => {
  const { clock } = prepare();
  const add = () => Promise.reject(new Error("no table"));
  const count = createUploadLimit({ counts: { add }, clock, log: silentLog, megabytesPerDay: 10 });

  expect(await count("alice", 100 * megabyte)).toBeUndefined();
});
