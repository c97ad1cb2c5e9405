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

describe("POST /jobs with a payloadKey", () => {
  it("equals a request with the document as payload, and keeps its text as it came", async () => {
    const api = createMemoryApi();
    api.uploads.set(`${owner} key`, '\uFEFF{"text": "to be"}');
    const send = (given: object) => call(api, "POST /jobs", { body: { jobId: "a", type: "word-frequency", ...given } });

    const replies = [
      await send({ payloadKey: "key" }),
      await send({ payload: { text: "to be" } }),
      await send({ payload: { text: "not" } }),
    ];

    expect(replies.map(({ status }) => status)).toEqual([202, 202, 409]);
    expect(api.store.jobs()).toMatchObject([{ payload: { json: '{"text": "to be"}' } }]);
  });

  it.each([
    ["invalid JSON", "{", 400, "JSON"],
    ["invalid for its job type", '{"top":1}', 400, "payload"],
    ["nested too deeply", "[".repeat(200) + "]".repeat(200), 400, "deep"],
    ["inexact in a number", '{"text":"a","top":1.00000000000000000001}', 400, "payload.top"],
    ["with a duplicate name", '{"text":"a","text":"b"}', 400, "payload.text"],
    ["too large", " ".repeat(limits.payloadDocumentBytes + 1), 413, "payloadKey"],
  ])("refuses a document that is %s", async (_case, text, status, word) => {
    const api = createMemoryApi();
    api.uploads.set(`${owner} key`, text);

    const reply = await call(api, "POST /jobs", { body: { type: "word-frequency", payloadKey: "key" } });

    expect(reply.status).toBe(status);
    expect(String(reply.body.detail)).toContain(word);
    expect(api.store.jobs()).toEqual([]);
  });
});

describe("POST /jobs/batch", () => {
  it("accepts the first job of an id, and makes no job twice when repeated with its key", async () => {
    const api = createMemoryApi();
    const jobs = [{ payload: 1 }, { payload: 2 }];
    const request = { body: { jobs }, headers: { "idempotency-key": "k" } };
    const rivals = Array.from({ length: 30 }, (_, payload) => ({ payload, jobId: "one" }));

    const [first, second] = [
      await call(api, "POST /jobs/batch", request),
      await call(api, "POST /jobs/batch", request),
    ];
    const { outcomes } = (await call(api, "POST /jobs/batch", { body: { jobs: rivals } })).body;

    expect(first.body).toEqual(second.body);
    expect(api.store.jobs()).toHaveLength(3);
    expect((outcomes as { status: number }[]).map(({ status }) => status)).toEqual([202, ...Array(29).fill(409)]);
  });

  it.each([
    ["no jobs", { jobs: [] }, "jobs: expected a list of 1 to 100 jobs; came a list of 0."],
    [
      "101 jobs",
      { jobs: Array(101).fill({ payload: 1 }) },
      "jobs: expected a list of 1 to 100 jobs; came a list of 101.",
    ],
    ["no array", { jobs: 1 }, "jobs: expected a list of 1 to 100 jobs; came 1."],
    ["an unknown field", { jobs: [{ payload: 1 }], fast: true }, "fast: expected no such field; came true."],
    ["an array as body", [{ payload: 1 }], "body: expected object; came a list of 1."],
  ])("refuses %s as a whole", async (_case, body, detail) => {
    const api = createMemoryApi();

    const reply = await call(api, "POST /jobs/batch", { body });

    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({ detail, errors: [{ field: detail.split(":")[0] }] });
    expect(api.store.jobs()).toEqual([]);
  });

  it("answers a hundred jobs with many mistakes within Lambda's response limit, and accepts the valid job", async () => {
    const api = createMemoryApi();
    const fields = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`a${index}`, 1]));
    const jobs = [{ payload: 1 }, ...Array(99).fill({ payload: 1, ...fields })];

    const reply = await call(api, "POST /jobs/batch", { body: { jobs } });

    expect(reply.status).toBe(200);
    expect(Buffer.byteLength(JSON.stringify(JSON.stringify(reply.body)))).toBeLessThan(6 * 1024 * 1024);
    expect(reply.body.outcomes).toMatchObject([
      { status: 202 },
      ...Array(99).fill({
        status: 400,
        problem: { errors: { length: limits.problemErrors }, moreErrors: 1_000 - limits.problemErrors },
      }),
    ]);
  });

  it.each([
    ["too long", "k".repeat(256)],
    ["with a space", "a b"],
    ["empty", ""],
  ])("refuses an Idempotency-Key that is %s as a whole", async (_case, key) => {
    const api = createMemoryApi();
    const request = { body: { jobs: [{ payload: 1 }, { payload: 2 }] }, headers: { "idempotency-key": key } };

    const reply = await call(api, "POST /jobs/batch", request);

    expect(reply.status).toBe(400);
    expect(reply.body.errors).toMatchObject([{ field: "Idempotency-Key" }]);
    expect(api.store.jobs()).toEqual([]);
  });

  it("accepts a key of 255 characters for a hundred jobs", async () => {
    const api = createMemoryApi();
    const headers = { "idempotency-key": "k".repeat(255) };

    await call(api, "POST /jobs/batch", { body: { jobs: Array(100).fill({ payload: 1 }) }, headers });

    expect(api.store.jobs()).toHaveLength(100);
  });

  it("derives ids from its key that no key of a single job gives", async () => {
    const api = createMemoryApi();
    const key = (text: string) => ({ "idempotency-key": text });
    await call(api, "POST /jobs/batch", { body: { jobs: [{ payload: 1 }] }, headers: key("k") });

    const replies = await Promise.all(
      ["k", "k#0", "k:0", "k0", "0k"].map((text) =>
        call(api, "POST /jobs", { body: { payload: 2 }, headers: key(text) }),
      ),
    );

    expect(replies.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
    expect(api.store.jobs()).toHaveLength(6);
  });

  it("submits at most 16 jobs at once", async () => {
    let [inHand, most] = [0, 0];
    const api = createMemoryApi({
      async keepPayload() {
        inHand += 1;
        most = Math.max(most, inHand);
        await new Promise(setImmediate);
        inHand -= 1;
        return { json: "1" };
      },
    });

    await call(api, "POST /jobs/batch", { body: { jobs: Array(100).fill({ payload: 1 }) } });

    expect(most).toBe(16);
  });
});
