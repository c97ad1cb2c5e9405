import { describe, expect, it } from "vitest";
import type { RouteKey } from "../../contract/routes.ts";
import { AppError } from "../../runtime/errors.ts";
import { call, job, type Sent } from "./testing/api-request.ts";
import { createMemoryApi, type Ports } from "./testing/memory-api.ts";

describe("an unavailable or slow dependency", () => {
  const away = async (): Promise<never> => {
    throw Object.assign(new Error("connect ECONNREFUSED table-x"), { code: "ECONNREFUSED", syscall: "connect" });
  };
  const throttled = async (): Promise<never> => {
    throw Object.assign(new Error("rate exceeded for table-x"), { $metadata: {} });
  };
  const slow = async (): Promise<never> => {
    throw Object.assign(new Error("no answer from table-x within 5 s"), { name: "TimeoutError" });
  };
  const contended = async (): Promise<never> => {
    throw new AppError("contention", "Job a was changed by others.");
  };
  const brokenStore = (fail: () => Promise<never>) => ({
    store: {
      create: fail,
      load: fail,
      peek: fail,
      replace: fail,
      claimDue: fail,
      clearEvents: fail,
      takePosition: fail,
      listStale: fail,
      listOwned: fail,
    },
  });
  const one: [RouteKey, Sent] = ["POST /jobs", { body: { payload: "secret" } }];
  const batch: [RouteKey, Sent] = ["POST /jobs/batch", { body: { jobs: [{ payload: "secret" }] } }];
  const path = { jobId: "large" };

  const cases: [string, Partial<Ports>, [RouteKey, Sent]][] = [
    ...[one, batch].flatMap((request): [string, Partial<Ports>, [RouteKey, Sent]][] => [
      ["the table", brokenStore(away), request],
      ["the queue", { sendMessage: throttled }, request],
      ["the bucket", { keepPayload: away }, request],
    ]),
    ["the bucket", { openUpload: away }, ["POST /jobs", { body: { payloadKey: "key" } }]],
    ["the table", brokenStore(slow), one],
    ["the queue", { sendMessage: slow }, one],
    ["the bucket", { keepPayload: slow }, one],
    ["the table", brokenStore(throttled), ["GET /jobs", {}]],
    ["the table", brokenStore(away), ["GET /jobs/{jobId}", { path }]],
    ["the signer", { presignResult: away }, ["GET /jobs/{jobId}", { path }]],
    ["the signer", { presignResult: away }, ["GET /jobs/{jobId}/result", { path }]],
    ["the table", brokenStore(contended), ["DELETE /jobs/{jobId}", { path }]],
  ];

  it.each(cases)(
    "(%s) gives 503 with Retry-After, and neither answer nor log has confidential details",
    async (_name, ports, [route, request]) => {
      const api = createMemoryApi(ports);
      await api.keep(job("large", { state: "succeeded", finishedAt: api.clock.now(), result: { objectKey: "r" } }));

      const reply = await call(api, route, request);

      expect(reply).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
      expect(JSON.stringify(reply.body)).not.toContain("table-x");
      expect(api.logged).toHaveLength(1);
      expect(api.logged[0]).not.toContain("secret");
    },
  );

  it("affects no other job of a batch", async () => {
    const api = createMemoryApi();
    const { create } = api.store;
    api.store.create = (it) => (it.jobId === "b" ? away() : create(it));
    const jobs = ["a", "b", "c"].map((jobId) => ({ jobId, payload: 1 }));

    const { status, body } = await call(api, "POST /jobs/batch", { body: { jobs } });

    expect(status).toBe(200);
    expect(body.outcomes).toMatchObject([
      { status: 202 },
      { status: 503, problem: { title: "Try again" } },
      { status: 202 },
    ]);
  });
});
