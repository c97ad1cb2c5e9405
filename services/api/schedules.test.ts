import { beforeEach, describe, expect, it } from "vitest";
import type { ScheduleView } from "../../contract/schedule.ts";
import { ManualClock } from "../../runtime/clock.ts";
import { call, type Sent } from "./testing/api-request.ts";
import { createMemoryApi, type MemoryApi } from "./testing/memory-api.ts";

const minute = 60_000;
const nightly = { cron: "30 2 * * *", timeZone: "Europe/Berlin", job: { payload: { hello: "world" } } };

let clock: ManualClock;
let api: MemoryApi;
beforeEach(() => {
  clock = new ManualClock(Date.parse("2027-03-26T09:00:30Z"));
  api = createMemoryApi({}, clock);
});

const path = { scheduleId: "nightly" };
const put = (body: unknown, more: Sent = {}) => call(api, "PUT /schedules/{scheduleId}", { path, body, ...more });
const get = (more: Sent = {}) => call(api, "GET /schedules/{scheduleId}", { path, ...more });

describe("PUT /schedules/{scheduleId}", () => {
  it("creates a schedule, and shows its next firings through a change of daylight saving time", async () => {
    const { status, body } = await put(nightly);

    expect(status).toBe(201);
    expect(body).toEqual({
      scheduleId: "nightly",
      cron: "30 2 * * *",
      timeZone: "Europe/Berlin",
      job: { type: "echo", payload: { hello: "world" } },
      paused: false,
      missed: "skip",
      overlap: "allow",
      createdAt: "2027-03-26T09:00:30.000Z",
      changedAt: "2027-03-26T09:00:30.000Z",
      nextRuns: [
        "2027-03-27T01:30:00.000Z",
        "2027-03-28T01:00:00.000Z",
        "2027-03-29T00:30:00.000Z",
        "2027-03-30T00:30:00.000Z",
        "2027-03-31T00:30:00.000Z",
      ],
      lastRuns: [],
    });
  });

  it("changes nothing when it is repeated", async () => {
    const rate = { everyMinutes: 7, job: { payload: 1, maxAttempts: 2 } };
    const first = await put(rate);
    await clock.advance(5 * minute);

    const second = await put(rate);

    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body).toEqual(first.body);
    expect(second.body.nextRuns).toMatchObject({ 0: "2027-03-26T09:07:00.000Z" });
  });

  it("moves the firings when the rhythm changes, and only then", async () => {
    await put({ everyMinutes: 10, job: { payload: 1 } });
    await clock.advance(5 * minute);

    const sameRhythm = await put({ everyMinutes: 10, job: { payload: 2 }, missed: "runOnce" });
    const other = await put({ everyMinutes: 20, job: { payload: 2 } });

    expect(sameRhythm.body).toMatchObject({
      missed: "runOnce",
      createdAt: "2027-03-26T09:00:30.000Z",
      changedAt: "2027-03-26T09:05:30.000Z",
      nextRuns: { 0: "2027-03-26T09:10:00.000Z" },
    });
    expect(other.body.nextRuns).toMatchObject({ 0: "2027-03-26T09:25:00.000Z" });
  });

  it("shows no next firings of a paused schedule", async () => {
    const { body } = await put({ ...nightly, paused: true });

    expect(body).toMatchObject({ paused: true, nextRuns: [] });
  });

  it.each([
    ["no rhythm", { job: { payload: 1 } }, "cron", "nothing"],
    ["two rhythms", { ...nightly, everyMinutes: 5, timeZone: undefined }, "everyMinutes", "both"],
    ["six fields", { ...nightly, cron: "0 30 2 * * *" }, "cron", '"0 30 2 * * *"'],
    ["a time that never comes", { ...nightly, cron: "0 0 31 2 *" }, "cron", '"0 0 31 2 *"'],
    ["an unknown time zone", { ...nightly, timeZone: "Mars/Olympus" }, "timeZone", '"Mars/Olympus"'],
    ["a time zone with a rate", { everyMinutes: 5, timeZone: "UTC", job: { payload: 1 } }, "timeZone", '"UTC"'],
    ["half a minute", { everyMinutes: 0.5, job: { payload: 1 } }, "everyMinutes", "0.5"],
    ["an unknown policy", { ...nightly, missed: "all" }, "missed", '"all"'],
    ["an unknown field", { ...nightly, speed: 9 }, "speed", "9"],
    ["no job", { cron: "* * * * *" }, "job", "nothing"],
    ["a job without payload", { ...nightly, job: {} }, "job.payload", "nothing"],
    ["a job with an unknown field", { ...nightly, job: { payload: 1, speed: 9 } }, "job.speed", "9"],
    ["a job with an id", { ...nightly, job: { payload: 1, jobId: "a" } }, "job.jobId", '"a"'],
    ["a job for later", { ...nightly, job: { payload: 1, delaySeconds: 5 } }, "job.delaySeconds", "5"],
    ["an uploaded payload", { ...nightly, job: { payloadKey: "k" } }, "job.payloadKey", '"k"'],
    ["too many attempts", { ...nightly, job: { payload: 1, maxAttempts: 9 } }, "job.maxAttempts", "9"],
    ["a large payload", { ...nightly, job: { payload: "x".repeat(20_000) } }, "job.payload", "20002 bytes"],
    [
      "a wrong payload",
      { ...nightly, job: { type: "word-frequency", payload: {} } },
      "job.payload",
      expect.any(String),
    ],
    [
      "an upload",
      { ...nightly, job: { type: "word-frequency", payload: { objectKey: "uploads/1" } } },
      "job.payload.objectKey",
      '"uploads/1"',
    ],
  ])("refuses %s with the field's name", async (_case, request, field, came) => {
    const { status, body } = await put(request);

    expect(status).toBe(400);
    expect(body.errors).toContainEqual({ field, expected: expect.any(String), came });
    expect((await get()).status).toBe(404);
  });

  it.each([
    [{ cron: "* * * * *" }, ["job"]],
    [5, ["body"]],
  ])("names each invalid field of %j once", async (request, fields) => {
    const { body } = await put(request as object);

    expect(body.errors).toMatchObject(fields.map((field) => ({ field })));
    expect(body.errors).toHaveLength(fields.length);
  });

  it("lists all invalid fields, those of the job too", async () => {
    const { body } = await put({ cron: "x", missed: 1, job: { speed: 1, runAt: "now" } });

    expect(body.errors).toMatchObject([
      { field: "missed" },
      { field: "cron" },
      { field: "job.runAt" },
      { field: "job.speed" },
      { field: "job.payload" },
    ]);
  });

  it.each(["a/b", "", "-x", "a".repeat(65)])("refuses the id %j", async (scheduleId) => {
    expect(await put(nightly, { path: { scheduleId } })).toMatchObject({ status: 400 });
  });

  it("refuses a further schedule above the owner's limit, but no change and no other owner", async () => {
    api = createMemoryApi({ mostSchedules: 2 }, clock);
    const ids = ["a", "b", "c", "b"];
    const mallory = { accountId: "1", userId: "mallory" };

    const replies = [];
    for (const scheduleId of ids) replies.push(await put(nightly, { path: { scheduleId } }));
    const other = await put(nightly, { iam: mallory });

    expect(replies.map(({ status }) => status)).toEqual([201, 201, 409, 200]);
    expect(replies[2]?.body).toMatchObject({ type: "urn:sluice:problem:too-many-schedules", limit: 2, count: 2 });
    expect(other.status).toBe(201);
  });

  it("is applied to what a firing has written in between", async () => {
    await put(nightly);
    const { replace } = api.schedules;
    let isFirst = true;
    api.schedules.replace = async (next) => {
      if (!isFirst) return replace(next);
      isFirst = false;
      const before = await api.schedules.load(next);
      if (before) await replace({ ...before, runs: [{ at: 1, jobId: "made" }], version: before.version + 1 });
      return replace(next);
    };

    const { status, body } = await put({ ...nightly, overlap: "skip" });

    expect(status).toBe(200);
    expect(body).toMatchObject({ overlap: "skip", lastRuns: [{ jobId: "made" }] });
  });
});

describe("schedules of an owner", () => {
  it("are seen, listed and deleted by nobody else", async () => {
    const mallory = { accountId: "1", userId: "mallory" };
    await put(nightly);

    const seen = await get({ iam: mallory });
    const listed = await call(api, "GET /schedules", { iam: mallory });
    const deleted = await call(api, "DELETE /schedules/{scheduleId}", { path, iam: mallory });

    expect([seen.status, deleted.status]).toEqual([404, 404]);
    expect(listed.body).toEqual({ schedules: [] });
    expect((await get()).status).toBe(200);
  });

  it("are deleted once", async () => {
    await put(nightly);

    const first = await call(api, "DELETE /schedules/{scheduleId}", { path });
    const second = await call(api, "DELETE /schedules/{scheduleId}", { path });

    expect([first.status, second.status, (await get()).status]).toEqual([200, 404, 404]);
  });

  it("are listed page by page, in the order of their ids", async () => {
    for (let index = 0; index < 120; index++) await put(nightly, { path: { scheduleId: `s-${index}` } });

    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const { body } = await call(api, "GET /schedules", { query: cursor === undefined ? {} : { cursor } });
      ids.push(...(body.schedules as ScheduleView[]).map(({ scheduleId }) => scheduleId));
      cursor = body.cursor as string | undefined;
    } while (cursor !== undefined);

    expect(ids).toHaveLength(120);
    expect(ids).toEqual([...ids].sort());
  });

  it("refuse a cursor of another caller", async () => {
    for (let index = 0; index < 60; index++) await put(nightly, { path: { scheduleId: `s-${index}` } });
    const { body } = await call(api, "GET /schedules");

    const reply = await call(api, "GET /schedules", {
      query: { cursor: String(body.cursor) },
      iam: { accountId: "1", userId: "mallory" },
    });

    expect(reply.status).toBe(400);
  });
});
