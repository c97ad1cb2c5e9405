import { describe, expect, it } from "vitest";
import { createJobClient } from "./job-client.ts";
import { accepted, connect, view, within } from "./testing/connect.ts";
import type { Reply } from "./testing/scripted-api.ts";

describe("a job that is waited for", () => {
  it("is polled with the remaining wait until it has finished", async () => {
    const done = { ...view, state: "succeeded", finishedAt: view.createdAt };
    const { client, api, clock } = connect([
      { status: 200, body: view, afterMilliseconds: 20_000 },
      { status: 200, body: done, afterMilliseconds: 3_000 },
    ]);

    const job = await within(clock, client.waitFor("one", { timeoutSeconds: 30 }));

    expect(job.state).toBe("succeeded");
    expect(api.calls.map(({ call }) => call)).toEqual(["GET /jobs/one?wait=20", "GET /jobs/one?wait=10"]);
  });

  it("is polled less and less often while the API answers without waiting", async () => {
    const { client, api, clock } = connect(Array<Reply>(20).fill({ status: 200, body: view }));

    await expect(within(clock, client.waitFor("one", { timeoutSeconds: 20 }))).rejects.toThrow("within 20 s");

    const times = api.calls.map(({ at }) => at);
    const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 5_000, 5_000, 2_500]);
  });

  it("is an error after the timeout", async () => {
    const { client, clock } = connect(Array<Reply>(9).fill({ status: 200, body: view }));

    await expect(within(clock, client.waitFor("one", { timeoutSeconds: 2 }))).rejects.toMatchObject({
      code: "still-unfinished",
    });
  });
});

describe("a request", () => {
  it("is a job that is waited for, and its result", async () => {
    const done = { ...view, state: "succeeded", finishedAt: view.createdAt };
    const { client, clock } = connect([
      accepted,
      { status: 200, body: view },
      { status: 200, body: done },
      { status: 200, body: 42 },
    ]);

    const answer = await within(clock, client.request({ payload: 1 }, { timeoutSeconds: 60 }));

    expect(answer).toEqual({ job: done, result: 42 });
  });

  it("has no result if the job failed", async () => {
    const failed = { ...view, state: "failed", error: { code: "bad", message: "It is bad." } };
    const { client, clock } = connect([accepted, { status: 200, body: failed }]);

    expect(await within(clock, client.request({ payload: 1 }, { timeoutSeconds: 60 }))).toEqual({ job: failed });
  });
});

describe("the other calls", () => {
  it("fetch a redirected result without a signature", async () => {
    const { api, clock } = connect([
      { status: 303, location: "http://bucket.test/r?x=1" },
      { status: 200, body: { words: 3 } },
    ]);
    const client = createJobClient({
      url: "http://api.test",
      fetch: api.fetch,
      clock,
      sign: async () => ({ authorization: "signed" }),
    });

    expect(await client.result("one")).toEqual({ words: 3 });

    expect(api.calls.map(({ headers }) => headers.authorization)).toEqual(["signed", undefined]);
  });

  it("distinguish a cancelled job from a requested cancellation", async () => {
    const { client } = connect([
      { status: 200, body: view },
      { status: 202, body: view },
    ]);

    expect(await client.cancel("one")).toBe("cancelled");
    expect(await client.cancel("one")).toBe("requested");
  });

  it("retry a failed job by hand", async () => {
    const { client, api } = connect([{ status: 202, body: { ...view, earlierRuns: [] } }]);

    expect(await client.retry("one")).toMatchObject({ state: "queued" });
    expect(api.calls).toMatchObject([{ call: "POST /jobs/one/retry" }]);
  });

  it("list jobs over all pages, including empty ones", async () => {
    const { client, api } = connect([
      { status: 200, body: { jobs: [view], cursor: "a b" } },
      { status: 200, body: { jobs: [], cursor: "c" } },
      { status: 200, body: { jobs: [{ ...view, jobId: "two" }] } },
    ]);

    const jobs = await Array.fromAsync(client.list({ state: "queued" }));

    expect(jobs.map(({ jobId }) => jobId)).toEqual(["one", "two"]);
    expect(api.calls.map(({ call }) => call)).toEqual([
      "GET /jobs?limit=100&state=queued",
      "GET /jobs?limit=100&state=queued&cursor=a+b",
      "GET /jobs?limit=100&state=queued&cursor=c",
    ]);
  });

  it("name the field in which an answer does not match its schema", async () => {
    const { client } = connect([{ status: 200, body: { ...view, state: "lazy" } }]);

    await expect(client.get("one")).rejects.toThrow(
      /GET \/jobs\/one gave an answer that does not match its schema: .*state/s,
    );
  });

  it("time out without an answer", async () => {
    const { client, clock } = connect([{ status: 200, body: view, afterMilliseconds: 100_000 }], 0);

    await expect(within(clock, client.get("one"))).rejects.toMatchObject({
      code: "unreachable",
      message: expect.stringContaining("no answer within 40 s"),
    });
  });
});
