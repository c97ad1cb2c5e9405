import { beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../../runtime/clock.ts";
import { silentLog } from "../../../runtime/log.ts";
import { createArrivalCounter, createArrivalWriter } from "./count-arrivals.ts";

let clock: ManualClock;
let written: { jobs: number; now: number }[];
beforeEach(() => {
  clock = new ManualClock(1_000_000);
  written = [];
});

function counter(add = async (jobs: number, now: number) => void written.push({ jobs, now })) {
  return createArrivalCounter({ add, clock, log: silentLog });
}

describe("counting arrivals", () => {
  it("writes the first job at once", async () => {
    await counter()(1);

    expect(written).toEqual([{ jobs: 1, now: 1_000_000 }]);
  });

  it("writes once a second in a burst and counts every job", async () => {
    const count = counter();

    for (let request = 0; request < 50; request += 1) {
      await count(1);
      await clock.advance(100);
    }
    await clock.advance(1_000);
    await count(1);

    expect(written.map(({ jobs }) => jobs)).toEqual([1, 10, 10, 10, 10, 10]);
  });

  it("keeps the count after a failed write, and writes it ten seconds later", async () => {
    let isAway = true;
    const count = counter(async (jobs, now) => {
      if (isAway) throw new Error("away");
      written.push({ jobs, now });
    });

    await count(3);
    isAway = false;
    await clock.advance(9_999);
    await count(1);
    const early = written.length;
    await clock.advance(1);
    await count(1);

    expect(early).toBe(0);
    expect(written).toEqual([{ jobs: 5, now: 1_010_000 }]);
  });
});

it("adds to the second's item, which expires after an hour", async () => {
  const sent: { input: unknown }[] = [];
  const client = { send: async (command: { input: unknown }) => void sent.push(command) };
  const add = createArrivalWriter({ client: client as never, tableName: "scaling" });

  await add(7, Date.UTC(2026, 0, 1, 12, 0, 19, 300));

  expect(sent[0]?.input).toMatchObject({
    TableName: "scaling",
    Key: { kind: "arrivals", name: "2026-01-01T12:00:19.000Z" },
    ExpressionAttributeValues: { ":jobs": 7, ":expires": Date.UTC(2026, 0, 1, 13, 0, 19) / 1_000 },
  });
});
