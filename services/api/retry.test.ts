import { describe, expect, it } from "vitest";
import { isFinished } from "../../contract/job.ts";
import { limits } from "../../contract/limits.ts";
import { silentLog } from "../../runtime/log.ts";
import { runningJob, sampleJob } from "../jobs/testing/sample-job.ts";
import { createMemoryCounts } from "../owners/testing/memory-counts.ts";
import { createWaitingGate } from "../owners/waiting-gate.ts";
import { call, job, owner } from "./testing/api-request.ts";
import { createHastyClock, createMemoryApi } from "./testing/memory-api.ts";

const path = { jobId: "job-1" };
const boom = { code: "boom", message: "It broke." };
const ended = { version: 7, finishedAt: 5_000, fence: 3, attempts: 3 };
const failed = job("job-1", { ...ended, state: "failed", error: boom, interruptions: 1 });

describe("POST /jobs/{jobId}/retry", () => {
  it("queues a failed job with all its attempts, and shows how it ended", async () => {
    const api = createMemoryApi();
    await api.keep(failed);

    const { status, body, headers } = await call(api, "POST /jobs/{jobId}/retry", { path });

    expect([status, headers?.location]).toEqual([202, "/jobs/job-1"]);
    expect(body).toMatchObject({ state: "queued", attempts: 0, error: boom });
    expect(body.earlierRuns).toEqual([
      { state: "failed", attempts: 3, finishedAt: "1970-01-01T00:00:05.000Z", error: boom },
    ]);
    expect(body).not.toHaveProperty("finishedAt");
    expect(api.store.jobs()).toMatchObject([{ state: "queued", fence: 3, interruptions: undefined }]);
    expect(await api.queue.receiveNow(2)).toMatchObject([{ content: { owner, jobId: "job-1" } }]);
  });

  it("queues a cancelled job, whose request to cancel no longer counts", async () => {
    const api = createMemoryApi();
    await api.keep(job("job-1", { ...ended, state: "cancelled", cancelRequestedAt: 4_000 }));

    const { body } = await call(api, "POST /jobs/{jobId}/retry", { path });

    expect(body).toMatchObject({ state: "queued", earlierRuns: [{ state: "cancelled", attempts: 3 }] });
    expect(body).not.toHaveProperty("cancelRequestedAt");
  });

  it("changes nothing when repeated, but sends the message again while the job is queued", async () => {
    let sends = 0;
    const api = createMemoryApi({
      async sendMessage() {
        sends += 1;
        if (sends === 1) throw new Error("the function died");
      },
    });
    await api.keep(failed);

    const first = await call(api, "POST /jobs/{jobId}/retry", { path });
    const second = await call(api, "POST /jobs/{jobId}/retry", { path });

    expect([first.status, second.status]).toEqual([500, 202]);
    expect(sends).toBe(2);
    expect(api.store.jobs()).toMatchObject([{ version: 8, earlierRuns: { length: 1 } }]);
  });

  it("leaves a running job as it is", async () => {
    const api = createMemoryApi();
    await api.keep(runningJob(2_000_000, { owner, jobId: "job-1" }));

    const { status, body } = await call(api, "POST /jobs/{jobId}/retry", { path });

    expect([status, body.state]).toEqual([202, "running"]);
    expect(api.queue.counts().visible).toBe(0);
  });

  it.each([
    ["a job that succeeded", job("job-1", { ...ended, state: "succeeded", result: { json: "1" } }), 409],
    ["another owner's job", sampleJob({ ...ended, owner: "1.mallory", jobId: "job-1", state: "failed" }), 404],
  ])("refuses %s", async (_case, stored, status) => {
    const api = createMemoryApi();
    await api.keep(stored);

    const reply = await call(api, "POST /jobs/{jobId}/retry", { path });

    expect(reply.status).toBe(status);
    expect(api.store.jobs()).toEqual([stored]);
  });

  it("keeps the newest ends of a job that is retried often", async () => {
    const api = createMemoryApi();
    const earlierRuns = Array.from({ length: limits.earlierRuns }, (_, index) => ({
      state: "failed" as const,
      attempts: 1,
      finishedAt: index,
    }));
    await api.keep({ ...failed, earlierRuns });

    const { body } = await call(api, "POST /jobs/{jobId}/retry", { path });

    const ends = (body.earlierRuns as { finishedAt: string }[]).map(({ finishedAt }) => Date.parse(finishedAt));
    expect(ends).toEqual([...earlierRuns.slice(1).map(({ finishedAt }) => finishedAt), 5_000]);
  });

  it("answers 429 to an owner with too many waiting jobs, and counts only a job that never started", async () => {
    const clock = createHastyClock();
    const counts = createMemoryCounts();
    const openPlaces = createWaitingGate({ counts, clock, log: silentLog, limit: 2 });
    const api = createMemoryApi({ openPlaces }, clock);
    const neverStarted = { ...ended, state: "cancelled", fence: 0, attempts: 0 } as const;
    await api.keep(failed, job("job-2", neverStarted), job("job-3", neverStarted), job("job-4", neverStarted));

    const statuses: number[] = [];
    for (const jobId of ["job-1", "job-2", "job-3", "job-4"]) {
      statuses.push((await call(api, "POST /jobs/{jobId}/retry", { path: { jobId } })).status ?? 0);
    }

    expect(statuses).toEqual([202, 202, 202, 429]);
    expect(counts.peek({ owner, name: "waiting" })).toBe(2);
    expect(api.store.jobs().filter(({ state }) => isFinished(state))).toMatchObject([{ jobId: "job-4" }]);
  });

  it("answers an owner with too many waiting jobs as usual about a job that it does not queue", async () => {
    const clock = createHastyClock();
    const counts = createMemoryCounts();
    const openPlaces = createWaitingGate({ counts, clock, log: silentLog, limit: 1 });
    const api = createMemoryApi({ openPlaces }, clock);
    await api.keep(job("job-2", { ...ended, state: "succeeded" }));
    await call(api, "POST /jobs", { body: { jobId: "job-1", payload: 1 } });

    const queued = await call(api, "POST /jobs/{jobId}/retry", { path });
    const succeeded = await call(api, "POST /jobs/{jobId}/retry", { path: { jobId: "job-2" } });

    expect([queued.status, succeeded.status]).toEqual([202, 409]);
    expect(counts.peek({ owner, name: "waiting" })).toBe(1);
  });
});

describe("a job's own limits", () => {
  const own = { maxAttempts: 2, timeoutSeconds: 60, retryDelaySeconds: 5 };

  it("are stored, shown, and part of what makes a repeated request the same", async () => {
    const api = createMemoryApi();
    const send = (more: object) => call(api, "POST /jobs", { body: { jobId: "job-1", payload: 1, ...more } });

    const replies = [await send(own), await send(own), await send({ ...own, maxAttempts: 3 }), await send({})];

    expect(replies.map(({ status }) => status)).toEqual([202, 202, 409, 409]);
    expect((await call(api, "GET /jobs/{jobId}", { path })).body).toMatchObject(own);
  });

  it("are the stack's where the request sets none", async () => {
    const api = createMemoryApi();

    await call(api, "POST /jobs", { body: { jobId: "job-1", payload: 1 } });

    const { body } = await call(api, "GET /jobs/{jobId}", { path });
    expect(body.maxAttempts).toBe(5);
    expect(body).not.toHaveProperty("timeoutSeconds");
  });

  it.each([
    [{ maxAttempts: 6 }, "maxAttempts: expected at most 5, the limit of this stack; came 6."],
    [{ timeoutSeconds: 3_601 }, "timeoutSeconds: expected at most 3600, the limit of this stack; came 3601."],
    [{ maxAttempts: 0 }, "maxAttempts: expected number to be >=1; came 0."],
    [{ timeoutSeconds: 1.5 }, "timeoutSeconds: expected int; came 1.5."],
    [{ retryDelaySeconds: 901 }, "retryDelaySeconds: expected number to be <=900; came 901."],
  ])("refuse %j", async (more, detail) => {
    const reply = await call(createMemoryApi(), "POST /jobs", { body: { payload: 1, ...more } });

    expect([reply.status, reply.body.detail]).toEqual([400, detail]);
  });
});
