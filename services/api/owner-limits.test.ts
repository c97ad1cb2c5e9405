import { describe, expect, it } from "vitest";
import { silentLog } from "../../runtime/log.ts";
import { createLongPollLimit } from "../owners/long-polls.ts";
import { createMemoryCounts } from "../owners/testing/memory-counts.ts";
import { createUploadLimit } from "../owners/upload-limit.ts";
import { createWaitingGate } from "../owners/waiting-gate.ts";
import { call, job, owner } from "./testing/api-request.ts";
import { createHastyClock, createMemoryApi, type Ports } from "./testing/memory-api.ts";

const mallory = { accountId: "1", userId: "mallory" };

/** An API that allows each owner three waiting jobs, one long poll and 150 MiB of uploads a day. */
function limitedApi(changes: Partial<Ports> = {}) {
  const clock = createHastyClock();
  const counts = createMemoryCounts();
  const deps = { counts, clock, log: silentLog };
  const api = createMemoryApi(
    {
      openPlaces: createWaitingGate({ ...deps, limit: 3 }),
      beginWait: createLongPollLimit({ ...deps, limit: 1 }),
      countUpload: createUploadLimit({ ...deps, megabytesPerDay: 150 }),
      ...changes,
    },
    clock,
  );
  return { api, counts };
}

const named = (...ids: string[]) => ids.map((jobId) => ({ jobId, payload: 1 }));

describe("POST /jobs above the limit of waiting jobs", () => {
  it("answers 429 with the limit, the count and when to try again", async () => {
    const { api } = limitedApi();
    for (const body of named("a", "b", "c")) await call(api, "POST /jobs", { body });

    const reply = await call(api, "POST /jobs", { body: { jobId: "d", payload: 1 } });

    expect(reply).toMatchObject({
      status: 429,
      headers: { "retry-after": "10", "content-type": "application/problem+json" },
      body: { type: "urn:sluice:problem:too-many-waiting", limit: 3, count: 3 },
    });
    expect(api.store.jobs().map(({ jobId }) => jobId)).toEqual(["a", "b", "c"]);
  });

  it("accepts the repetition of an accepted job, and other owners' jobs", async () => {
    const { api } = limitedApi();
    for (const body of named("a", "b", "c")) await call(api, "POST /jobs", { body });

    const repeated = await call(api, "POST /jobs", { body: { jobId: "a", payload: 1 } });
    const other = await call(api, "POST /jobs", { body: { jobId: "a", payload: 1 }, iam: mallory });

    expect([repeated.status, other.status]).toEqual([202, 202]);
  });

  it("counts a repeated or failed request once or not at all", async () => {
    const { api, counts } = limitedApi();
    const { create } = api.store;
    api.store.create = (it) => (it.jobId === "b" ? Promise.reject(new Error("no table")) : create(it));

    for (const body of named("a", "a", "b", "b", "a")) await call(api, "POST /jobs", { body });
    const rest = await call(api, "POST /jobs/batch", { body: { jobs: named("c", "d", "e") } });

    expect(rest.body.outcomes).toMatchObject([{ status: 202 }, { status: 202 }, { status: 429 }]);
    expect(counts.peek({ owner, name: "waiting" })).toBe(3);
  });
});

describe("POST /jobs/batch above the limit of waiting jobs", () => {
  it("accepts as many jobs as have room, and those that exist already", async () => {
    const { api } = limitedApi();
    await call(api, "POST /jobs", { body: { jobId: "a", payload: 1 } });

    const { body } = await call(api, "POST /jobs/batch", { body: { jobs: named("b", "c", "d") } });
    const repeated = await call(api, "POST /jobs/batch", { body: { jobs: named("a", "b", "e") } });

    expect(body.outcomes).toMatchObject([
      { status: 202 },
      { status: 202 },
      { status: 429, problem: { type: "urn:sluice:problem:too-many-waiting", limit: 3 } },
    ]);
    expect(repeated.body.outcomes).toMatchObject([{ status: 202 }, { status: 202 }, { status: 429 }]);
  });
});

describe("DELETE /jobs/{jobId}", () => {
  it("subtracts a job that never started from the waiting jobs, once", async () => {
    const left: string[] = [];
    const { api } = limitedApi({ leaveWaiting: async (name) => void left.push(name) });
    await api.keep(job("new"), job("retried", { attempts: 1, fence: 1 }), job("done", { state: "succeeded" }));

    for (const jobId of ["new", "new", "retried", "done", "none"]) {
      await call(api, "DELETE /jobs/{jobId}", { path: { jobId } });
    }

    expect(left).toEqual([owner]);
  });
});

describe("GET /jobs/{jobId} with wait", () => {
  const path = { jobId: "a" };

  it("answers at once when the owner has as many long polls as it may", async () => {
    const { api, counts } = limitedApi();
    await api.keep(job("a"));
    const window = Math.floor(api.clock.now() / 20_000);
    await counts.add({ owner, name: `polls/${window}` }, 1, { most: 1, expiresAt: 9_999 });
    const before = api.clock.now();

    const reply = await call(api, "GET /jobs/{jobId}", { path, query: { wait: "20" } });

    expect(reply).toMatchObject({ status: 200, body: { state: "queued" } });
    expect(api.clock.now()).toBe(before);
  });

  it("reads less and less often, and consistently at first and at last", async () => {
    const { api } = limitedApi();
    await api.keep(job("a"));
    const reads: string[] = [];
    const { load, peek } = api.store;
    api.store.load = (key) => {
      reads.push("load");
      return load(key);
    };
    api.store.peek = (key) => {
      reads.push("peek");
      return peek(key);
    };

    await call(api, "GET /jobs/{jobId}", { path, query: { wait: "20" } });
    await call(api, "GET /jobs/{jobId}", { path, query: { wait: "1" } });

    expect(reads.slice(0, 15)).toEqual(["load", ...Array(12).fill("peek"), "load", "load"]);
  });

  it("ends the count when the job has ended", async () => {
    const { api, counts } = limitedApi();
    await api.keep(job("a"));
    api.store.peek = async () => job("a", { state: "succeeded", finishedAt: api.clock.now() });

    const first = await call(api, "GET /jobs/{jobId}", { path, query: { wait: "20" } });

    expect(first.body.state).toBe("succeeded");
    expect(counts.calls).toMatchObject({ add: 1, subtract: 1 });
  });
});

describe("POST /uploads above the limit of a day", () => {
  it("answers 429 until midnight in UTC", async () => {
    const { api } = limitedApi();
    const body = { bytes: 100 * 2 ** 20 };
    await call(api, "POST /uploads", { body });

    const reply = await call(api, "POST /uploads", { body });
    const other = await call(api, "POST /uploads", { body, iam: mallory });

    expect(reply).toMatchObject({
      status: 429,
      headers: { "retry-after": String(24 * 3_600 - 1_000) },
      body: { type: "urn:sluice:problem:too-many-uploads", limit: 150 * 2 ** 20, count: 100 * 2 ** 20 },
    });
    expect(other.status).toBe(201);
  });
});
