import { describe, expect, it } from "vitest";
import { limits } from "../contract/limits.ts";
import { createJobClient } from "./job-client.ts";
import { accepted, connect, problem, view, within } from "./testing/connect.ts";
import type { Reply } from "./testing/scripted-api.ts";

describe("a submitted job", () => {
  it("gets a random id, and keeps it in a retry after a lost answer", async () => {
    const { client, api, clock } = connect([new Error("socket hang up"), { status: 503, body: problem }, accepted]);

    await within(clock, client.submit({ payload: { hello: "world" } }));

    const sent = api.calls.map(({ body }) => JSON.parse(body));
    expect(sent).toHaveLength(3);
    expect(sent[0]).toMatchObject({ payload: { hello: "world" }, jobId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(new Set(sent.map(({ jobId }) => jobId)).size).toBe(1);
  });

  it("keeps the caller's id, group and options", async () => {
    const { client, api } = connect([accepted]);

    await client.submit({ payload: null, jobId: "mine", type: "echo", fifo: true, groupId: "one" });

    expect(JSON.parse(api.calls[0]?.body ?? "")).toEqual({
      jobId: "mine",
      type: "echo",
      fifo: true,
      groupId: "one",
      payload: null,
    });
  });

  it("is retried with exponential backoff and jitter, never before Retry-After", async () => {
    const { client, api, clock } = connect([
      { status: 429, body: problem },
      { status: 429, body: problem },
      { status: 503, body: problem, retryAfter: "7" },
      accepted,
    ]);

    await within(clock, client.submit({ payload: 1 }));

    expect(api.calls.map(({ at }) => at)).toEqual([0, 100, 300, 7_700]);
  });

  it("is not retried when Retry-After is longer than a minute", async () => {
    const { client, api } = connect([{ status: 429, body: problem, retryAfter: "61" }]);

    await expect(client.submit({ payload: 1 })).rejects.toMatchObject({ status: 429 });

    expect(api.calls).toHaveLength(1);
  });

  it("is not retried after a refusal; the error has status, problem and job id", async () => {
    const refusal = { ...problem, status: 409, detail: "another payload has that id" };
    const { client, api } = connect([{ status: 409, body: refusal }]);

    const submitting = client.submit({ payload: 1, jobId: "one" });

    await expect(submitting).rejects.toMatchObject({
      name: "JobApiError",
      status: 409,
      problem: refusal,
      jobId: "one",
      message: "Expected 202 from POST http://api.test/jobs; came 409: another payload has that id",
    });
    expect(api.calls).toHaveLength(1);
  });

  it("fails after its last retry", async () => {
    const { client, api, clock } = connect(Array<Reply>(3).fill({ status: 503, body: problem }), 2);

    await expect(within(clock, client.submit({ payload: 1 }))).rejects.toMatchObject({ status: 503 });
    expect(api.calls).toHaveLength(3);
  });

  it("too large for a request is uploaded first, and an upload error does not show the signature", async () => {
    const payload = "x".repeat(limits.requestBytes);
    const offer = {
      objectKey: "uploads/1",
      method: "PUT",
      url: "http://bucket.test/1?signature=secret",
      headers: { "if-none-match": "*" },
      expiresAt: view.createdAt,
    };
    const { client, api } = connect([{ status: 201, body: offer }, { status: 200 }, accepted]);
    const broken = connect([{ status: 201, body: offer }, { status: 403 }]);

    await client.submit({ payload });

    expect(api.calls.map(({ call }) => call)).toEqual(["POST /uploads", "PUT /1", "POST /jobs"]);
    expect(JSON.parse(api.calls[0]?.body ?? "")).toEqual({
      bytes: payload.length + 2,
      contentType: "application/json",
    });
    expect(api.calls[1]?.headers).toEqual(offer.headers);
    expect(JSON.parse(api.calls[1]?.body ?? "")).toBe(payload);
    expect(JSON.parse(api.calls[2]?.body ?? "")).toMatchObject({ payloadKey: "uploads/1", jobId: expect.any(String) });
    await expect(broken.client.submit({ payload })).rejects.toThrow(
      /^Expected 200 or 412 from PUT http:\/\/bucket.test\/1; came 403/,
    );
  });

  it("whose upload got no answer is uploaded again, until S3 says that it is there", async () => {
    const offer = {
      objectKey: "uploads/1",
      method: "PUT",
      url: "http://bucket.test/1",
      headers: {},
      expiresAt: view.createdAt,
    };
    const puts = [new Error("socket hang up"), { status: 409 }, { status: 412 }];
    const { client, api, clock } = connect([{ status: 201, body: offer }, ...puts]);

    const objectKey = await within(clock, client.upload(Buffer.from("text"), { contentType: "text/plain" }));

    expect(objectKey).toBe("uploads/1");
    expect(api.calls.map(({ call }) => call)).toEqual(["POST /uploads", "PUT /1", "PUT /1", "PUT /1"]);
  });

  it("too large for an upload is refused before any request", async () => {
    const { client, api } = connect([]);

    const submitting = client.submit({ payload: "x".repeat(limits.payloadDocumentBytes) });

    await expect(submitting).rejects.toThrow("Expected a payload of at most 16777216 bytes; came 16777218.");
    expect(api.calls).toEqual([]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])(
    "with %d in its payload is refused before anything is sent",
    async (n) => {
      const { client, api } = connect([accepted]);

      const submitting = client.submit({ payload: { deep: [n] } });

      await expect(submitting).rejects.toMatchObject({ code: "bad-payload" });
      expect(api.calls).toEqual([]);
    },
  );

  it("that cannot be signed is neither sent nor retried", async () => {
    const { api, clock } = connect([]);
    const sign = () => Promise.reject(new Error("no credentials"));
    const client = createJobClient({ url: "http://api.test", fetch: api.fetch, clock, sign });

    await expect(client.submit({ payload: 1 })).rejects.toMatchObject({
      code: "unsigned",
      message: "Expected to sign POST http://api.test/jobs; could not: no credentials",
    });
    expect(api.calls).toEqual([]);
  });

  it("is not retried after an abort", async () => {
    const stopping = new AbortController();
    const { client, clock, api } = connect(Array<Reply>(9).fill({ status: 503, body: problem }));
    const submitting = client.submit({ payload: 1 }, { signal: stopping.signal });
    submitting.catch(() => {});

    await clock.advance(50);
    stopping.abort(new Error("stopped"));

    await expect(submitting).rejects.toThrow("stopped");
    expect(api.calls).toHaveLength(1);
  });
});

describe("a batch", () => {
  it("is sent in requests of a hundred, with outcomes in the jobs' order", async () => {
    const reply = (count: number) => ({
      status: 200,
      body: {
        outcomes: Array.from({ length: count }, (_, index) => ({
          index,
          status: 202,
          accepted: true,
          jobId: "one",
        })).reverse(),
      },
    });
    const { client, api } = connect([reply(100), reply(50)]);

    const outcomes = await client.submitBatch(Array.from({ length: 150 }, () => ({ payload: 1 })));

    expect(api.calls.map(({ body }) => JSON.parse(body).jobs.length)).toEqual([100, 50]);
    expect(outcomes.map(({ index }) => index)).toEqual(Array.from({ length: 150 }, (_, index) => index));
  });

  it("retries jobs with status 503, and no others", async () => {
    const outcomes = [
      { index: 0, status: 202, accepted: true, jobId: "a" },
      { index: 1, status: 503, problem },
      { index: 2, status: 400, problem: { ...problem, status: 400 } },
    ];
    const later = [{ index: 0, status: 202, accepted: true, jobId: "b" }];
    const { client, api, clock } = connect([
      { status: 200, body: { outcomes } },
      { status: 200, body: { outcomes: later } },
    ]);

    const jobs = ["a", "b", "c"].map((jobId) => ({ jobId, payload: 1 }));
    const done = await within(clock, client.submitBatch(jobs));

    expect(JSON.parse(api.calls[1]?.body ?? "")).toEqual({ jobs: [{ jobId: "b", payload: 1 }] });
    expect(done.map(({ index, status }) => [index, status])).toEqual([
      [0, 202],
      [1, 202],
      [2, 400],
    ]);
  });

  it("with too few outcomes in the answer is an error", async () => {
    const { client } = connect([{ status: 200, body: { outcomes: [] } }]);

    await expect(client.submitBatch([{ payload: 1 }])).rejects.toThrow("Expected 1 outcomes of a batch; came 0.");
  });
});
