import { describe, expect, it } from "vitest";
import type { JobList, JobView } from "../../contract/http.ts";
import { limits } from "../../contract/limits.ts";
import { ManualClock } from "../../runtime/clock.ts";
import { changeJob } from "../jobs/change-job.ts";
import { claim, succeed } from "../jobs/machine.ts";
import { runningJob, sampleJob } from "../jobs/testing/sample-job.ts";
import { call, job, owner } from "./testing/api-request.ts";
import { createMemoryApi } from "./testing/memory-api.ts";

describe("GET /jobs", () => {
  async function prepare() {
    const api = createMemoryApi();
    for (let index = 0; index < 5; index++) await api.keep(job(`job-${index}`, { createdAt: index }));
    await api.keep(sampleJob({ owner: "1.mallory", jobId: "not-hers" }));
    return api;
  }

  it("pages through the caller's jobs, newest first", async () => {
    const api = await prepare();

    const first = (await call(api, "GET /jobs", { query: { limit: "3" } })).body as unknown as JobList;
    const query = { limit: "3", cursor: String(first.cursor) };
    const second = (await call(api, "GET /jobs", { query })).body as unknown as JobList;

    const ids = [...first.jobs, ...second.jobs].map(({ jobId }) => jobId);
    expect(ids).toEqual(["job-4", "job-3", "job-2", "job-1", "job-0"]);
    expect(second.cursor).toBeUndefined();
  });

  it("refuses a cursor of another caller or filter, or with a modified character", async () => {
    const api = await prepare();
    const { cursor } = (await call(api, "GET /jobs", { query: { limit: "3" } })).body;
    const text = String(cursor);
    const changed = Array.from(
      text,
      (letter, at) => text.slice(0, at) + (letter === "A" ? "B" : "A") + text.slice(at + 1),
    );

    const replies = [
      await call(api, "GET /jobs", { query: { cursor: text }, iam: { accountId: "1", userId: "mallory" } }),
      await call(api, "GET /jobs", { query: { cursor: text, state: "queued" } }),
      await call(api, "GET /jobs", { query: { cursor: `${text}=` } }),
      ...(await Promise.all(changed.map((each) => call(api, "GET /jobs", { query: { cursor: each } })))),
    ];

    for (const { status, body } of replies) {
      expect(status).toBe(400);
      expect(body.errors).toMatchObject([{ field: "cursor" }]);
    }
  });

  it.each([
    [{ limit: "0" }, "limit", '"0"'],
    [{ limit: "101" }, "limit", '"101"'],
    [{ state: "asleep" }, "state", '"asleep"'],
    [{ sort: "asc" }, "sort", '"asc"'],
  ])("refuses %j and names %s", async (query, field, came) => {
    const { status, body } = await call(await prepare(), "GET /jobs", { query });

    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ field, came }]);
  });
});

describe("GET /jobs/{jobId}?wait", () => {
  const path = { jobId: "job-1" };

  it("answers at once for a finished job, and after the wait for another", async () => {
    const clock = new ManualClock(1_000_000);
    const api = createMemoryApi({}, clock);
    await api.keep(job("job-1", { state: "succeeded", finishedAt: clock.now(), result: { json: "1" } }), job("job-2"));
    const answers: number[] = [];

    const done = await call(api, "GET /jobs/{jobId}", { path, query: { wait: "20" } });
    const waiting = call(api, "GET /jobs/{jobId}", { path: { jobId: "job-2" }, query: { wait: "3" } });
    void waiting.then(() => answers.push(clock.now()));
    await clock.advance(2_999);
    const tooEarly = [...answers];
    await clock.advance(1);

    expect(done.body.state).toBe("succeeded");
    expect(tooEarly).toEqual([]);
    expect((await waiting).body.state).toBe("queued");
  });

  it("answers within two seconds of the job's end", async () => {
    const clock = new ManualClock(1_000_000);
    const api = createMemoryApi({}, clock);
    await api.keep(job("job-1"));
    const { peek } = api.store;
    let looks = 0;
    api.store.peek = (key) => {
      looks += 1;
      return peek(key);
    };
    const waiting = call(api, "GET /jobs/{jobId}", { path, query: { wait: "20" } });

    await clock.advance(5_000);
    const readsInFiveSeconds = looks;
    const key = { owner, jobId: "job-1" };
    await changeJob(api.store, key, (it) => claim(it, { token: "t", milliseconds: 9_000 }, clock.now()));
    await changeJob(api.store, key, (it) => succeed(it, "t", { json: '"late"' }, clock.now()));
    await clock.advance(2_000);

    expect((await waiting).body as unknown as JobView).toMatchObject({ state: "succeeded", result: "late" });
    expect(readsInFiveSeconds).toBe(4);
  });
});

describe("GET /jobs/{jobId}/result and DELETE /jobs/{jobId}", () => {
  it.each([
    ["a small result", { state: "succeeded", result: { json: "null" } }, 200, 409],
    ["a large result", { state: "succeeded", result: { objectKey: "results/1.json" } }, 303, 409],
    ["a queued job", {}, 409, 200],
    ["a failed job", { state: "failed", error: { code: "boom", message: "It broke." } }, 409, 409],
    ["a cancelled job", { state: "cancelled" }, 409, 200],
  ] as const)("of %s", async (_name, changes, resultStatus, cancelStatus) => {
    const api = createMemoryApi();
    const finishedAt = "state" in changes ? api.clock.now() : undefined;
    await api.keep(job("job-1", { ...changes, finishedAt }));
    const path = { jobId: "job-1" };

    const result = await call(api, "GET /jobs/{jobId}/result", { path });
    const cancelled = await call(api, "DELETE /jobs/{jobId}", { path });

    expect([result.status, cancelled.status]).toEqual([resultStatus, cancelStatus]);
    if (resultStatus === 303) expect(result.headers?.location).toBe("https://signed/results/1.json");
    if ("error" in changes) expect(result.body.error).toEqual(changes.error);
  });

  it("requests cancellation of a running job once, even when repeated", async () => {
    const api = createMemoryApi();
    await api.keep(runningJob(2_000_000, { owner, jobId: "job-1" }));

    const first = await call(api, "DELETE /jobs/{jobId}", { path: { jobId: "job-1" } });
    const second = await call(api, "DELETE /jobs/{jobId}", { path: { jobId: "job-1" } });

    expect([first.status, second.status]).toEqual([202, 202]);
    expect(first.body).toEqual(second.body);
    expect(first.body).toMatchObject({ state: "running", cancelRequestedAt: expect.any(String) });
  });

  it.each(["GET /jobs/{jobId}", "GET /jobs/{jobId}/result", "DELETE /jobs/{jobId}"] as const)(
    "%s does not find another owner's job",
    async (route) => {
      const api = createMemoryApi();
      await api.keep(sampleJob({ owner: "1.mallory", jobId: "job-1" }));

      expect((await call(api, route, { path: { jobId: "job-1" } })).status).toBe(404);
      expect(api.store.jobs()).toMatchObject([{ state: "queued", version: 1 }]);
    },
  );
});

describe("POST /uploads", () => {
  it("offers a place for a file of the given size, of unknown type by default", async () => {
    const offered: unknown[] = [];
    const api = createMemoryApi({
      async presignUpload(of, file) {
        offered.push(of, file);
        return { objectKey: "key", url: "https://signed", headers: {}, expiresAt: "2026-01-01T00:00:00.000Z" };
      },
    });

    const reply = await call(api, "POST /uploads", { body: { bytes: 5 } });

    expect(reply.status).toBe(201);
    expect(reply.body).toMatchObject({ objectKey: "key", method: "PUT" });
    expect(offered).toEqual([owner, { bytes: 5, contentType: "application/octet-stream" }]);
  });

  it.each([
    ["no body", {}, 'body: expected an object with bytes, the size of the file, such as {"bytes": 1000,'],
    ["no size", { body: {} }, "bytes: expected"],
    ["an empty file", { body: { bytes: 0 } }, "bytes: expected"],
    ["a file above the limit", { body: { bytes: limits.uploadBytes + 1 } }, `bytes: expected`],
    ["a type that is none", { body: { bytes: 1, contentType: "text" } }, "contentType: expected a media type"],
    ["a type with a line break", { body: { bytes: 1, contentType: "text/plain\r\nx: y" } }, "contentType: expected"],
    ["an unknown field", { body: { bytes: 1, name: "x" } }, "name: expected no such field"],
  ])("refuses %s with 400, and says what it expects", async (_case, request, detail) => {
    const reply = await call(createMemoryApi(), "POST /uploads", request);

    expect(reply.status).toBe(400);
    expect(reply.body.detail).toContain(detail);
  });
});
