import { describe, expect, it } from "vitest";
import { ManualClock } from "../../../runtime/clock.ts";
import { silentLog } from "../../../runtime/log.ts";
import type { JobStore } from "../../jobs/ports.ts";
import { sampleJob } from "../../jobs/testing/sample-job.ts";
import { findJobs } from "./find-jobs.ts";

const clock = new ManualClock();

function find(listOwned: JobStore["listOwned"], body: string | null) {
  const presignResult = async (objectKey: string) => `https://signed/${objectKey}`;
  const handler = findJobs({ store: { listOwned }, presignResult, clock, log: silentLog });
  return handler({ body, isBase64Encoded: false, requestContext: { requestId: "r-1" } });
}

const nobody: JobStore["listOwned"] = async () => ({ jobs: [] });

describe("the function behind the private API", () => {
  it("lists the owner's newest jobs with state and result, without the handlers' log", async () => {
    const asked: unknown[] = [];
    const large = {
      state: "succeeded",
      result: { objectKey: "results/1.json" },
      log: [{ at: 1, text: "hi" }],
    } as const;
    const jobs = [
      sampleJob({ jobId: "new", state: "running" }),
      sampleJob({ jobId: "small", state: "succeeded", result: { json: '{"n":1}' } }),
      sampleJob({ jobId: "large", ...large, log: [...large.log] }),
    ];

    const reply = await find(async (owner, query) => {
      asked.push([owner, query]);
      return { jobs };
    }, '{"user_id":"ann","limit":3}');

    expect(asked).toEqual([["ann", { limit: 3 }]]);
    expect(reply.statusCode).toBe(200);
    const { user_id, jobs: views } = JSON.parse(reply.body);
    expect(user_id).toBe("ann");
    expect(views).toMatchObject([
      { jobId: "new", state: "running" },
      { jobId: "small", state: "succeeded", result: { n: 1 } },
      { jobId: "large", state: "succeeded", resultUrl: "https://signed/results/1.json" },
    ]);
    expect(views[2]).not.toHaveProperty("log");
  });

  it.each([
    ["nothing", null],
    ["an unknown field", '{"user_id":"ann","cursor":"x"}'],
  ])("refuses %s with 400", async (_name, body) => {
    const reply = await find(nobody, body);

    expect(reply.statusCode).toBe(400);
    expect(reply.headers).toMatchObject({ "content-type": "application/problem+json" });
  });

  it("answers 503 with Retry-After when the table cannot be reached", async () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });

    const reply = await find(() => Promise.reject(refused), '{"user_id":"ann"}');

    expect(reply).toMatchObject({ statusCode: 503, headers: { "retry-after": "1" } });
  });

  it("answers 503 after three seconds when the table does not answer", async () => {
    const reply = find(() => new Promise(() => {}), '{"user_id":"ann"}');
    await clock.advance(3_000);

    expect((await reply).statusCode).toBe(503);
  });
});
