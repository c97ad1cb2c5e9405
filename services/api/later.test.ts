import { describe, expect, it } from "vitest";
import { limits } from "../../contract/limits.ts";
import { call, job, owner } from "./testing/api-request.ts";
import { createMemoryApi } from "./testing/memory-api.ts";

const path = { jobId: "job-1" };
/** The memory API's clock starts here. */
const start = 1_000_000;
const iso = (milliseconds: number) => new Date(milliseconds).toISOString();
const days = (count: number) => start + count * 24 * 3_600_000;

async function submit(more: object, api = createMemoryApi()) {
  const reply = await call(api, "POST /jobs", { body: { jobId: "job-1", payload: 1, ...more } });
  return { api, ...reply };
}

describe("POST /jobs for later", () => {
  it.each([
    [{ delaySeconds: 900 }, start + 900_000, { delayed: 1 }],
    [{ runAt: iso(start + 60_000) }, start + 60_000, { delayed: 1 }],
    [{ runAt: "1970-01-01T02:00:00+01:00" }, start + 2_600_000, { delayed: 0 }],
    [{ runAt: iso(days(365)) }, days(365), { delayed: 0 }],
  ])(
    "with %j is queued, says when it is due, and has a message only if it is due within 15 minutes",
    async (more, due, counts) => {
      const { api, status } = await submit(more);

      expect(status).toBe(202);
      expect((await call(api, "GET /jobs/{jobId}", { path })).body).toMatchObject({ state: "queued", dueAt: iso(due) });
      expect(api.queue.counts()).toMatchObject({ visible: 0, ...counts });
    },
  );

  it.each([[{ delaySeconds: 0 }], [{ runAt: iso(start - 60_000) }]])("with %j is due at once", async (more) => {
    const { api } = await submit(more);

    expect((await call(api, "GET /jobs/{jobId}", { path })).body).not.toHaveProperty("dueAt");
    expect(api.queue.counts()).toMatchObject({ visible: 1 });
  });

  it("gives the same answer when repeated, and 409 for another time", async () => {
    const { api } = await submit({ runAt: iso(start + 60_000) });

    const same = await submit({ runAt: iso(start + 60_000) }, api);
    const other = await submit({ runAt: iso(start + 61_000) }, api);

    expect([same.status, other.status]).toEqual([202, 409]);
  });

  it("can be cancelled before it is due", async () => {
    const { api } = await submit({ runAt: iso(days(30)) });

    const { status, body } = await call(api, "DELETE /jobs/{jobId}", { path });

    expect([status, body.state]).toEqual([200, "cancelled"]);
    expect(body).not.toHaveProperty("dueAt");
  });

  it.each([
    [{ delaySeconds: 901 }, "delaySeconds: expected number to be <=900; came 901."],
    [{ delaySeconds: 1.5 }, "delaySeconds: expected int; came 1.5."],
    [{ runAt: "tomorrow" }, 'runAt: expected a time such as 2027-01-31T09:00:00Z; came "tomorrow".'],
    [{ runAt: iso(days(366)) }, `runAt: expected a time until ${iso(days(365))}; came ${iso(days(366))}.`],
    [{ runAt: iso(start), delaySeconds: 1 }, "runAt: expected either delaySeconds or runAt; came both."],
  ])("refuses %j", async (more, detail) => {
    const { status, body } = await submit(more);

    expect([status, body.detail]).toEqual([400, detail]);
  });

  it("refuses a time after which S3 has deleted the job's large payload or upload", async () => {
    const api = createMemoryApi();
    api.uploads.set(`${owner} key`, "text");
    const payload = "x".repeat(limits.inlineBytes);
    const upload = { type: "word-frequency", payload: { objectKey: "key" } };

    const replies = [
      await submit({ payload, runAt: iso(days(7)) }, createMemoryApi()),
      await submit({ payload, runAt: iso(days(8)) }, createMemoryApi()),
      await submit({ ...upload, runAt: iso(days(8)) }, api),
    ];

    expect(replies.map(({ status }) => status)).toEqual([202, 400, 400]);
    expect(replies[1]?.body.detail).toContain("at most 7 days ahead with an upload or a payload above 16384 bytes");
  });
});

it("shows when a job that waits for its next attempt is due", async () => {
  const api = createMemoryApi();
  await api.keep(job("job-1", { attempts: 1, fence: 1, createdAt: 1_000, stateSince: 9_000 }));

  expect((await call(api, "GET /jobs/{jobId}", { path })).body.dueAt).toBe("1970-01-01T00:00:09.000Z");
});
