import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createJobClient } from "../client/job-client.ts";
import type { BatchReply, JobList, JobView } from "../contract/http.ts";
import { type Journey, startJourney } from "./testing/journey.ts";

let journey: Journey;
let url: string;
beforeAll(async () => {
  // Two GiB for four slots: a document of 4 MB must fit.
  journey = await startJourney({
    config: { "sluice:taskMemoryMegabytes": "2048", "sluice:maxTasks": "5", "sluice:schedules": "true" },
  });
  url = journey.stack.outputs.apiUrl ?? "";
});
afterAll(() => journey.down());

async function call<Body>(method: string, path: string, body?: unknown) {
  const response = await fetch(`${url}${path}`, {
    method,
    redirect: "manual",
    headers: { "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const { status, headers } = response;
  return { status, headers, body: (await response.json()) as Body };
}

function uploadText(text: string): Promise<string> {
  return createJobClient({ url }).upload(Buffer.from(text));
}

/** One request that waits for the job's end, and how long it took by this process's clock. */
async function waitOnce(jobId: string): Promise<{ began: number; ended: number; body: JobView }> {
  const began = performance.now();
  const { body } = await call<JobView>("GET", `/jobs/${jobId}?wait=20`);
  return { began, ended: performance.now(), body };
}

describe("schedules", () => {
  it("make a job for each firing ahead of its time, and none once they are deleted", async () => {
    const { schedules } = createJobClient({ url });
    const { nextRuns } = await schedules.put("minutely", { everyMinutes: 1, job: { payload: "scheduled" } });

    await expect.poll(async () => (await schedules.get("minutely")).lastRuns).not.toEqual([]);

    const [run] = (await schedules.get("minutely")).lastRuns.slice(-1);
    const job = await journey.get(run?.jobId ?? "");
    expect(run?.at).toBe(nextRuns[0]);
    expect(job).toMatchObject({ jobId: run?.jobId, type: "echo" });
    expect(await schedules.delete("minutely")).toBe(true);
    await expect(schedules.get("minutely")).rejects.toMatchObject({ status: 404 });
  });
});

describe("the job API", () => {
  it("takes a batch, each job by itself", async () => {
    await journey.post({ jobId: "batch-taken", payload: "first" });

    const { status, body } = await call<BatchReply>("POST", "/jobs/batch", {
      jobs: [
        { jobId: "batch-0", payload: 0 },
        { jobId: "batch-taken", payload: "second" },
        { payload: 1, priority: 9 },
        { payload: 1, fifo: true },
      ],
    });

    expect(status).toBe(200);
    expect(body.outcomes).toMatchObject([
      { index: 0, status: 202, accepted: true, jobId: "batch-0" },
      { index: 1, status: 409, problem: { title: "The id is taken" } },
      { index: 2, status: 400, problem: { errors: [{ field: "priority" }] } },
      { index: 3, status: 422, problem: { detail: expect.stringContaining("ordered: true") } },
    ]);
    expect(await journey.finished("batch-0")).toMatchObject({ state: "succeeded" });
  });

  it("lists the caller's jobs page by page, newest first", async () => {
    const ids = Array.from({ length: 7 }, (_, index) => `listed-${index}`);
    for (const jobId of ids) await journey.post({ jobId, payload: { sleepMs: 0 } });
    for (const jobId of ids) await journey.finished(jobId);

    const listed: string[] = [];
    let cursor = "";
    do {
      const { status, body } = await call<JobList>("GET", `/jobs?state=succeeded&type=echo&limit=3${cursor}`);
      expect(status).toBe(200);
      listed.push(...body.jobs.map(({ jobId }) => jobId));
      cursor = body.cursor ? `&cursor=${body.cursor}` : "";
    } while (cursor !== "");

    expect(listed.filter((jobId) => jobId.startsWith("listed-"))).toEqual(ids.toReversed());
    expect((await call("GET", "/jobs?cursor=bm9uc2Vuc2U")).status).toBe(400);
  });

  it("waits for a job's end when asked to", async () => {
    await journey.post({ jobId: "awaited", payload: { sleepMs: 2_000 } });

    const { began, ended, body } = await waitOnce("awaited");

    // A busy machine may need more than one wait; none may end early without an end of the job.
    expect(ended - began >= 19_000 || body.state === "succeeded").toBe(true);
    const job = await journey.finished("awaited");
    expect(job).toMatchObject({ state: "succeeded", progress: 1 });
    expect(job.log?.map(({ text }) => text)).toEqual([
      "sleeping for 2000 ms",
      expect.stringMatching(/^slept for \d+ ms$/),
    ]);
    expect((await call("GET", "/jobs/awaited?wait=21")).status).toBe(400);
  });

  it("shows what a job says while it runs", async () => {
    await journey.post({ jobId: "talking", payload: { sleepMs: 3_000_000 } });

    await expect
      .poll(() => journey.get("talking"), { interval: 100 })
      .toMatchObject({
        state: "running",
        progress: expect.any(Number),
        log: [{ text: "sleeping for 3000000 ms" }],
      });

    await call("DELETE", "/jobs/talking");
    await journey.finished("talking");
  });

  it("cancels a running job from another process", async () => {
    await journey.post({ jobId: "stopped", payload: { sleepMs: 3_000_000 } });
    await journey.finishes.whenStarted("stopped");

    const { status, body } = await deleteElsewhere(`${url}/jobs/stopped`);
    const job = await journey.finished("stopped");

    expect(status).toBe(202);
    expect(body).toMatchObject({ state: "running", cancelRequestedAt: expect.any(String) });
    expect(job).toMatchObject({ state: "cancelled", attempts: 1 });
    expect((await call("DELETE", "/jobs/stopped")).status).toBe(200);
    expect((await call("GET", "/jobs/stopped/result")).status).toBe(409);
  });

  it("cancels a queued job, which never starts", async () => {
    // Four slots are busy, so that the next job waits.
    const busy = Array.from({ length: 4 }, (_, index) => `busy-${index}`);
    for (const jobId of busy) await journey.post({ jobId, payload: { sleepMs: 3_000_000 } });
    for (const jobId of busy) await journey.finishes.whenStarted(jobId);
    await journey.post({ jobId: "never", payload: 1 });

    const { status, body } = await deleteElsewhere(`${url}/jobs/never`);
    for (const jobId of busy) await call("DELETE", `/jobs/${jobId}`);
    for (const jobId of busy) await journey.finished(jobId);
    await journey.post({ jobId: "after", payload: 1 });
    await journey.finished("after");

    expect([status, body.state]).toEqual([200, "cancelled"]);
    expect(await journey.get("never")).toMatchObject({ state: "cancelled", attempts: 0 });
    expect((await call("DELETE", "/jobs/after")).status).toBe(409);
    expect((await call("DELETE", "/jobs/nobody")).status).toBe(404);
  });

  it("takes a payload beyond the request limit by its key, and leads to a result as large", async () => {
    const payload = { text: "x".repeat(4_000_000) };
    const payloadKey = await uploadText(JSON.stringify(payload));

    const { status } = await journey.post({ jobId: "large", payloadKey });
    await journey.finished("large");
    const result = await call<{ resultUrl: string }>("GET", "/jobs/large/result");
    const followed = await fetch(`${url}/jobs/large/result`);

    expect(status).toBe(202);
    expect([result.status, result.headers.get("location")]).toEqual([303, result.body.resultUrl]);
    expect(await followed.json()).toEqual({ echo: payload });
    expect((await journey.post({ payloadKey: payloadKey.replace(/.$/, "") })).status).toBe(400);
  });

  it.each([
    ["in the request", async (text: string) => `"payload":${text}`],
    ["by its key", async (text: string) => `"payloadKey":${JSON.stringify(await uploadText(text))}`],
  ])("brings a payload to its handler exactly as it came, %s, or refuses it", async (_way, member) => {
    const exact = String.raw`{"__proto__":{"a":[]},"":[0.1,1e+21,9007199254740991],"half":"\ud800","deep":${"[".repeat(90)}${"]".repeat(90)}}`;
    const inexact = String.raw`{"n":12345678901234567890,"m":1e400,"a":1,"\u0061":2}`;
    const send = async (text: string) =>
      fetch(`${url}/jobs`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: `{${await member(text)}}`,
      });

    const taken = await send(exact);
    const { jobId } = (await taken.json()) as { jobId: string };
    await journey.finished(jobId);
    const result = await fetch(`${url}/jobs/${jobId}/result`);
    const refused = await send(inexact);

    expect([taken.status, refused.status]).toEqual([202, 400]);
    expect(await result.text()).toBe(`{"echo":${exact}}`);
    expect(await refused.json()).toMatchObject({
      errors: [{ field: "payload.n" }, { field: "payload.m" }, { field: "payload.a" }],
    });
  });

  it("answers a small result by itself, and says where a job stands that has none", async () => {
    await journey.post({ jobId: "small", payload: [1, 2] });
    await journey.post({ jobId: "fails", payload: { fail: { times: 9, message: "no luck", final: true } } });
    await Promise.all(["small", "fails"].map((jobId) => journey.finished(jobId)));

    const small = await call("GET", "/jobs/small/result");
    const fails = await call("GET", "/jobs/fails/result");

    expect([small.status, small.body]).toEqual([200, { echo: [1, 2] }]);
    expect(fails).toMatchObject({ status: 409, body: { error: { message: "no luck" } } });
  });

  it("describes itself", async () => {
    const { status, body } = await call<{ openapi: string; paths: object }>("GET", "/openapi.json");

    expect([status, body.openapi]).toEqual([200, "3.1.0"]);
    expect(Object.keys(body.paths)).toContain("/jobs/{jobId}/result");
  });
});

/** By a process that knows nothing but the address. */
async function deleteElsewhere(address: string): Promise<{ status: number; body: JobView }> {
  const script = `const reply = await fetch(process.argv[1], { method: "DELETE" });
    console.log(JSON.stringify({ status: reply.status, body: await reply.json() }));`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script, address], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  await once(child, "close");
  return JSON.parse(output) as { status: number; body: JobView };
}
