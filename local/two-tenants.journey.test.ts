import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { BatchReply, JobList, JobView } from "../contract/http.ts";
import { type Journey, startJourney } from "./testing/journey.ts";
import { startTokenIssuer, type TokenIssuer } from "./testing/token-issuer.ts";

/** One task of four slots; three of them are 75 %. */
const config = {
  "sluice:maxTasks": "1",
  "sluice:slots": "4",
  "sluice:ownerMaxWaitingJobs": "150",
  "sluice:ownerMaxUploadMegabytesPerDay": "300",
};

describe("two tenants of one stack", () => {
  let issuer: TokenIssuer;
  let journey: Journey;
  beforeAll(async () => {
    issuer = await startTokenIssuer();
    journey = await startJourney({ config: { ...config, ...issuer.config } });
  });
  afterAll(async () => {
    await journey?.down();
    issuer.close();
  });

  async function ask(tenant: string, method: string, path: string, body?: object) {
    const response = await fetch(`${journey.stack.outputs.apiUrl}${path}`, {
      method,
      headers: issuer.headersOf({ sub: tenant }),
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  }

  const longJobs = (name: string) =>
    Array.from({ length: 100 }, (_, index) => ({ jobId: `${name}-${index}`, payload: { sleepMs: 3_600_000 } }));
  const statuses = (reply: { body: unknown }) => (reply.body as BatchReply).outcomes.map(({ status }) => status);

  it("starts the jobs of one while a hundred long jobs of the other wait", async () => {
    const flood = await ask("hostile", "POST", "/jobs/batch", { jobs: longJobs("flood") });
    await Promise.race(longJobs("flood").map(({ jobId }) => journey.finishes.whenStarted(jobId)));

    await ask("other", "POST", "/jobs", { jobId: "small-1", payload: 1 });
    await journey.finishes.when("small-1");

    const running = await ask("hostile", "GET", "/jobs?state=running");
    expect(new Set(statuses(flood))).toEqual(new Set([202]));
    expect((running.body as JobList).jobs.length).toBeLessThanOrEqual(3);
  });

  it("refuses further waiting jobs of one, and none of the other", async () => {
    // They are due later, so that none starts meanwhile.
    const waiting = (name: string) =>
      Array.from({ length: 100 }, (_, index) => ({ jobId: `${name}-${index}`, payload: 1, delaySeconds: 900 }));
    const isUnlimited = (line: string) => line.includes("without a limit");
    async function fill(greedy: string) {
      const jobs = [
        await ask(greedy, "POST", "/jobs/batch", { jobs: waiting("first") }),
        await ask(greedy, "POST", "/jobs/batch", { jobs: waiting("more") }),
        await ask(greedy, "POST", "/jobs/batch", { jobs: waiting("first") }),
      ];
      return { jobs: jobs.map(statuses), single: await ask(greedy, "POST", "/jobs", { jobId: "one", payload: 1 }) };
    }

    // On a busy machine the count may take longer than a request waits for it; then no limit applies for a while.
    let filled = await fill("greedy-0");
    for (let owner = 1; journey.lines.some(isUnlimited) && owner < 10; owner++) {
      journey.lines.splice(0);
      filled = await fill(`greedy-${owner}`);
    }
    const other = await ask("other", "POST", "/jobs", { jobId: "small-2", payload: 1 });

    const [first, more = [], repeated] = filled.jobs;
    expect(new Set(first)).toEqual(new Set([202]));
    expect([202, 429].map((wanted) => more.filter((status) => status === wanted).length)).toEqual([50, 50]);
    expect(new Set(repeated)).toEqual(new Set([202]));
    expect(filled.single).toMatchObject({
      status: 429,
      body: { type: "urn:sluice:problem:too-many-waiting", limit: 150, count: expect.any(Number) },
    });
    expect(Number(filled.single.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(other.status).toBe(202);
    await journey.finishes.when("small-2");
  });

  it("sends no second messages for jobs whose messages the limit defers", async () => {
    const queueName = String(journey.stack.outputs.queueUrl).split("/").at(-1) ?? "";
    const counts = () => journey.stack.cloud.sqs.counts(queueName);
    const sweeps = () => journey.lines.filter((line) => line.includes("compared the jobs with their messages")).length;
    const sweepsBefore = sweeps();
    const { visible, inFlight } = counts();

    await vi.waitUntil(() => sweeps() >= sweepsBefore + 5, { timeout: 60_000 });

    const swept = sweeps() - sweepsBefore;
    const now = counts();
    expect(visible + inFlight).toBeGreaterThan(90);
    // One for the oldest job of the owner in each sweep; another sweep may have begun.
    expect(now.visible + now.inFlight).toBeLessThanOrEqual(visible + inFlight + swept + 1);
  });

  it("answers one while the long polls of the other wait", async () => {
    const queued = await ask("hostile", "GET", "/jobs?state=queued&limit=1");
    const path = `/jobs/${(queued.body as JobList).jobs[0]?.jobId}`;
    const polls = Array.from({ length: 16 }, () => ask("hostile", "GET", `${path}?wait=20`));
    // Polls above the limit are answered at once.
    await Promise.race(polls);

    const other = await ask("other", "GET", "/jobs");
    await ask("hostile", "DELETE", path);

    // If the answer had to wait for a function, ten polls would have ended before the job was cancelled.
    const states = (await Promise.all(polls)).map(({ body }) => (body as JobView).state);
    const heldPolls = states.filter((state) => state === "cancelled").length;
    expect(other.status).toBe(200);
    // No upper bound: on a busy machine a poll may arrive after the cancellation.
    expect(heldPolls).toBeGreaterThan(6);
  });

  it("refuses uploads of one that exceed its day, and none of the other", async () => {
    const largest = { bytes: 100 * 2 ** 20 };
    const uploads = [];
    for (let upload = 0; upload < 4; upload++) uploads.push(await ask("hostile", "POST", "/uploads", largest));
    const other = await ask("other", "POST", "/uploads", largest);

    expect(uploads.map(({ status }) => status)).toEqual([201, 201, 201, 429]);
    expect(uploads[3]?.body).toMatchObject({ type: "urn:sluice:problem:too-many-uploads", limit: 300 * 2 ** 20 });
    expect(other.status).toBe(201);
  });
});
