import { describe, expect, it } from "vitest";
import { call, owner } from "./testing/api-request.ts";
import { createMemoryApi } from "./testing/memory-api.ts";

const orderedApi = () => createMemoryApi({ isOrdered: true });

type Api = ReturnType<typeof createMemoryApi>;

function submit(api: Api, jobId: string, more: object = {}) {
  return call(api, "POST /jobs", { body: { jobId, payload: 1, fifo: true, ...more } });
}

function positionOf(api: Api, jobId: string): number | undefined {
  return api.store.jobs().find((job) => job.jobId === jobId)?.position?.number;
}

describe("POST /jobs with fifo", () => {
  it("gives the job the next position of its group, by default of the group default", async () => {
    const api = orderedApi();

    for (const jobId of ["a", "b"]) await submit(api, jobId);
    await submit(api, "c", { groupId: "another" });

    expect(["a", "b", "c"].map((jobId) => positionOf(api, jobId))).toEqual([1, 2, 1]);
    const views = ["b", "c"].map(async (jobId) => (await call(api, "GET /jobs/{jobId}", { path: { jobId } })).body);
    expect(await Promise.all(views)).toMatchObject([{ groupId: "default" }, { groupId: "another" }]);
  });

  it("sends the group with the message", async () => {
    const api = orderedApi();

    await submit(api, "a", { groupId: "g" });

    expect(await api.queue.receiveNow(1)).toMatchObject([{ content: { jobId: "a", groupId: "g" } }]);
  });

  it("takes no position again when it is repeated", async () => {
    const api = orderedApi();
    await submit(api, "a");

    const repeated = await submit(api, "a");
    await submit(api, "b");

    expect(repeated.status).toBe(202);
    expect([positionOf(api, "a"), positionOf(api, "b")]).toEqual([1, 2]);
  });

  it("is another request than one in another group or without fifo", async () => {
    const api = orderedApi();
    await submit(api, "a", { groupId: "g" });

    const answers = [await submit(api, "a", { groupId: "h" }), await submit(api, "a", { fifo: false })];

    expect(answers.map(({ status }) => status)).toEqual([409, 409]);
  });
});

describe("POST /jobs/batch with fifo", () => {
  it("accepts the jobs of each group in the order of the list, also those with uploads", async () => {
    const api = orderedApi();
    api.uploads.set(`${owner} key`, '"from a file"');
    const ids = Array.from({ length: 40 }, (_, index) => `job-${index}`);

    const jobs = ids.map((jobId, index) => ({
      jobId,
      ...(index % 7 === 3 ? { payloadKey: "key" } : { payload: index }),
      fifo: true,
      groupId: `group-${index % 2}`,
    }));
    const { body } = await call(api, "POST /jobs/batch", { body: { jobs } });

    expect(body.outcomes).toHaveLength(40);
    expect(ids.map((jobId) => positionOf(api, jobId))).toEqual(ids.map((_, index) => Math.floor(index / 2) + 1));
  });
});

describe("POST /jobs/{jobId}/retry of a job with fifo", () => {
  it("gives the job a new position, behind all jobs of its group", async () => {
    const api = orderedApi();
    for (const jobId of ["a", "b"]) await submit(api, jobId);
    await call(api, "DELETE /jobs/{jobId}", { path: { jobId: "a" } });

    const { status } = await call(api, "POST /jobs/{jobId}/retry", { path: { jobId: "a" } });
    await call(api, "POST /jobs/{jobId}/retry", { path: { jobId: "a" } });
    await submit(api, "c");

    expect(status).toBe(202);
    expect(["b", "a", "c"].map((jobId) => positionOf(api, jobId))).toEqual([2, 3, 4]);
  });
});
