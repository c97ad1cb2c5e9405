import { randomUUID } from "node:crypto";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalDynamoDb, startLocalDynamoDb } from "../../runtime/testing/local-dynamodb.ts";
import { define, type Schedule } from "./schedule.ts";
import { createScheduleStore, type ScheduleStore } from "./schedule-store.ts";
import { describeSchedulesTable } from "./testing/local-schedules.ts";
import { createMemorySchedules } from "./testing/memory-schedules.ts";
import { hourly } from "./testing/schedules-world.ts";

let database: LocalDynamoDb;
let tableName: string;
beforeAll(async () => {
  database = await startLocalDynamoDb();
  tableName = await database.createTable(describeSchedulesTable("schedules"));
});
afterAll(() => database.close());

const stores: [string, () => ScheduleStore][] = [
  ["the table", () => createScheduleStore({ client: database.client, tableName })],
  ["the fake", createMemorySchedules],
];

const now = Date.parse("2027-01-31T08:30:00Z");

function sample(scheduleId: string, owner: string, changes: Partial<Schedule> = {}): Schedule {
  return { ...define({ owner, scheduleId }, hourly, undefined, now), ...changes };
}

describe.each(stores)("%s of schedules", (_name, open) => {
  it("returns what was created, with every attribute", async () => {
    const store = open();
    const schedule = sample("full", `alice/ä ${randomUUID()}`, {
      rhythm: { everyMinutes: 5, since: now },
      job: { type: "echo", payload: '{"né":1e300}', options: { maxAttempts: 2, timeoutSeconds: 7 } },
      missed: "runOnce",
      overlap: "skip",
      runs: [
        { at: now, jobId: "schedule-full-20270131T0830Z" },
        { at: now - 1, skipped: "overlap" },
      ],
    });

    expect(await store.create(schedule)).toBe(true);
    expect(await store.load(schedule)).toEqual(schedule);
    expect(await store.create({ ...schedule, missed: "skip" })).toBe(false);
    expect(await store.load(schedule)).toMatchObject({ missed: "runOnce" });
  });

  it("lets one of two writers replace a version, and none after the schedule was made anew", async () => {
    const store = open();
    const schedule = sample("one", randomUUID());
    await store.create(schedule);
    const next = { ...schedule, version: 2 };

    const outcomes = [await store.replace(next), await store.replace({ ...next, missed: "runOnce" })];
    await store.remove(schedule);
    await store.create({ ...schedule, createdAt: now + 1 });

    expect(outcomes).toEqual([true, false]);
    expect(await store.replace(next)).toBe(false);
  });

  it("removes once", async () => {
    const store = open();
    const schedule = sample("gone", randomUUID());
    await store.create(schedule);

    expect([await store.remove(schedule), await store.remove(schedule)]).toEqual([true, false]);
    expect(await store.load(schedule)).toBeUndefined();
  });

  it("lists an owner's schedules page by page, and nobody else's", async () => {
    const store = open();
    const owner = randomUUID();
    for (const id of ["c", "a", "b"]) await store.create(sample(id, owner));
    await store.create(sample("d", `${owner}2`));

    const first = await store.list(owner, undefined, 2);
    const second = await store.list(owner, first.next, 2);

    expect(first.schedules.map(({ scheduleId }) => scheduleId)).toEqual(["a", "b"]);
    expect(second.schedules.map(({ scheduleId }) => scheduleId)).toEqual(["c"]);
    expect(first.schedules[0]?.owner).toBe(owner);
    expect(second.next).toBeUndefined();
    expect(await store.count(owner)).toBe(3);
  });

  it("lists what is due, without paused schedules", async () => {
    const store = open();
    const owner = randomUUID();
    for (let index = 0; index < 20; index++) {
      await store.create(sample(`due-${index}`, owner, { nextAt: now - index * 1_000 }));
    }
    await store.create(sample("later", owner, { nextAt: now + 1 }));
    const { nextAt, ...paused } = sample("paused", owner);
    await store.create({ ...paused, isPaused: true });

    const due = (await store.listDue(now, 1_000)).filter((key) => key.owner === owner);

    expect(nextAt).toBeGreaterThan(now);
    expect(due.map(({ scheduleId }) => scheduleId)).toEqual(
      Array.from({ length: 20 }, (_, index) => `due-${19 - index}`),
    );
  });
});

it("a schedule that a newer version wrote is refused, by name", async () => {
  const store = createScheduleStore({ client: database.client, tableName });
  const Item = { owner: "bob", scheduleId: "newer", schemaVersion: 2 };
  await database.client.send(new PutCommand({ TableName: tableName, Item }));

  const outcome = store.load({ owner: "bob", scheduleId: "newer" });

  await expect(outcome).rejects.toMatchObject({ code: "unreadable-schedule", details: { scheduleId: "newer" } });
});
