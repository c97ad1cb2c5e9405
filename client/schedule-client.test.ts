import { expect, it } from "vitest";
import type { ScheduleView } from "../contract/schedule.ts";
import { ManualClock } from "../runtime/clock.ts";
import { createJobClient } from "./job-client.ts";
import { createScriptedApi, type Reply } from "./testing/scripted-api.ts";

const view: ScheduleView = {
  scheduleId: "nightly",
  cron: "30 2 * * *",
  timeZone: "Europe/Berlin",
  job: { type: "echo", payload: 1 },
  paused: false,
  missed: "skip",
  overlap: "allow",
  createdAt: "2027-01-01T00:00:00.000Z",
  changedAt: "2027-01-01T00:00:00.000Z",
  nextRuns: ["2027-01-02T01:30:00.000Z"],
  lastRuns: [],
};
const problem = { type: "urn:sluice:problem:no-such-schedule", title: "None", status: 404, detail: "There is none." };

function connect(...replies: Reply[]) {
  const clock = new ManualClock();
  const api = createScriptedApi(replies, clock);
  const { schedules } = createJobClient({ url: "http://api.test", fetch: api.fetch, clock });
  return { schedules, calls: api.calls };
}

it("puts a schedule, new or not", async () => {
  const { schedules, calls } = connect({ status: 201, body: view }, { status: 200, body: view });
  const wanted = { cron: "30 2 * * *", timeZone: "Europe/Berlin", job: { payload: 1 } };

  const created = await schedules.put("nightly", wanted);
  const again = await schedules.put("nightly", wanted);

  expect([created, again]).toEqual([view, view]);
  expect(calls[0]).toMatchObject({
    call: "PUT /schedules/nightly",
    body: JSON.stringify(wanted),
    headers: { "content-type": "application/json" },
  });
});

it("gets a schedule, and reports a missing one as the API does", async () => {
  const { schedules } = connect({ status: 200, body: view }, { status: 404, body: problem });

  expect(await schedules.get("nightly")).toEqual(view);
  await expect(schedules.get("other")).rejects.toMatchObject({ status: 404 });
});

it("lists schedules page by page", async () => {
  const { schedules, calls } = connect(
    { status: 200, body: { schedules: [view], cursor: "a+b" } },
    { status: 200, body: { schedules: [{ ...view, scheduleId: "other" }] } },
  );

  const ids: string[] = [];
  for await (const { scheduleId } of schedules.list()) ids.push(scheduleId);

  expect(ids).toEqual(["nightly", "other"]);
  expect(calls.map(({ call }) => call)).toEqual(["GET /schedules", "GET /schedules?cursor=a%2Bb"]);
});

it("deletes a schedule, and takes one that is gone as deleted before", async () => {
  const { schedules, calls } = connect(
    { status: 200, body: { scheduleId: "nightly" } },
    { status: 404, body: problem },
  );

  expect([await schedules.delete("nightly"), await schedules.delete("nightly")]).toEqual([true, false]);
  expect(calls[0]?.call).toBe("DELETE /schedules/nightly");
});
