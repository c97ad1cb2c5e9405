import { describe, expect, it } from "vitest";
import { ManualClock } from "../../../runtime/clock.ts";
import { silentLog } from "../../../runtime/log.ts";
import type { Job, JobKey } from "../../jobs/job.ts";
import { noLongPollLimit } from "../../owners/long-polls.ts";
import { apiHandler } from "../http/api-handler.ts";
import { apiEvent, bodyOf } from "../testing/api-request.ts";
import { status } from "./status.ts";

const job: Job = {
  schemaVersion: 1,
  owner: "anonymous",
  jobId: "order-1",
  type: "echo",
  payload: { json: '"secret"' },
  requestHash: "h",
  state: "running",
  stateSince: 2_000,
  createdAt: 1_000,
  startedAt: 2_000,
  attempts: 2,
  maxAttempts: 5,
  fence: 2,
  lease: { token: "secret-token", until: 9_000 },
  progress: 0.5,
  error: { code: "handler-error", message: "first try failed" },
  version: 4,
};

function get(jobs: Job[], path: Record<string, string>) {
  const load = async (key: JobKey) => jobs.find(({ owner, jobId }) => owner === key.owner && jobId === key.jobId);
  const handler = apiHandler(silentLog, (request) =>
    status(request, {
      store: { load, peek: load },
      beginWait: noLongPollLimit,
      presignResult: async (objectKey) => `https://signed/${objectKey}`,
      clock: new ManualClock(),
    }),
  );
  return handler(apiEvent("GET /jobs/{jobId}", { path }));
}

describe("GET /jobs/{jobId}", () => {
  it("returns the job without the worker's fields", async () => {
    const reply = await get([job], { jobId: "order-1" });

    expect(reply.statusCode).toBe(200);
    expect(bodyOf(reply)).toEqual({
      jobId: "order-1",
      type: "echo",
      state: "running",
      attempts: 2,
      maxAttempts: 5,
      progress: 0.5,
      createdAt: "1970-01-01T00:00:01.000Z",
      startedAt: "1970-01-01T00:00:02.000Z",
      error: { code: "handler-error", message: "first try failed" },
    });
  });

  it("returns the trace id in X-Ray's format", async () => {
    const traceparent = "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01";

    const reply = await get([{ ...job, traceparent }], { jobId: "order-1" });

    expect(bodyOf(reply).traceId).toBe("1-5759e988-bd862e3fe1be46a994272793");
  });

  it("returns a small result inline and a large one by URL", async () => {
    const small = await get([{ ...job, result: { json: '{"n":1}' } }], { jobId: "order-1" });
    const large = await get([{ ...job, result: { objectKey: "results/1.json" } }], { jobId: "order-1" });

    expect(bodyOf(small).result).toEqual({ n: 1 });
    expect(bodyOf(large).resultUrl).toBe("https://signed/results/1.json");
  });

  it("answers 404 for another owner's job", async () => {
    const reply = await get([{ ...job, owner: "123.AROAXYZ" }], { jobId: "order-1" });

    expect(reply.statusCode).toBe(404);
  });

  it("refuses an invalid id", async () => {
    const reply = await get([job], { jobId: "../secrets" });

    expect(reply.statusCode).toBe(400);
  });
});
