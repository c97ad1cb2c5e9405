import { describe, expect, it } from "vitest";
import { limits } from "../../contract/limits.ts";
import { call, owner } from "./testing/api-request.ts";
import { createMemoryApi } from "./testing/memory-api.ts";

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

  it("submits at most 20 jobs at once", async () => {
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

    expect(most).toBe(20);
  });
});
