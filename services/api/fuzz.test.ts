import fc from "fast-check";
import { expect, it } from "vitest";
import type { BatchReply, JobList } from "../../contract/http.ts";
import { runningJob, sampleJob } from "../jobs/testing/sample-job.ts";
import { operations } from "./openapi/operations.ts";
import { apiEvent, bodyOf } from "./testing/api-request.ts";
import { createMemoryApi, type MemoryApi } from "./testing/memory-api.ts";
import { type OddRequest, oddRequest } from "./testing/odd-requests.ts";

/** 300 lists of 100 requests, with a fixed seed. On a failure fast-check prints the shrunken list. */
const requestsTogether = 100;
const settings = { numRuns: 300, seed: 20_260_131 };

const owners = { alice: "1.alice", mallory: "1.mallory" };

it("answers 30,000 odd requests without a 5xx, and stores exactly the accepted jobs", async () => {
  let answered = 0;
  const statuses = new Set<number>();
  const requests = fc.array(oddRequest, { minLength: requestsTogether, maxLength: requestsTogether });

  await fc.assert(
    fc.asyncProperty(requests, async (list) => {
      const api = await prepare();
      const accepted = new Set<string>();
      const retried = new Set<string>();
      let cursor = "";
      for (const request of list) {
        const reply = await api.call(eventOf(request, cursor));
        answered += 1;
        statuses.add(reply.statusCode ?? 0);
        if ((reply.statusCode ?? 500) >= 500) throw new Error(`${request.route} failed: ${api.logged.at(-1)}`);
        checkReply(request, reply);
        for (const jobId of acceptedBy(request, reply)) accepted.add(`${owners[request.caller]} ${jobId}`);
        if (isRetried(request, reply)) retried.add(`${owners[request.caller]} ${request.path.jobId}`);
        if (request.route === "GET /jobs") cursor = (bodyOf(reply) as Partial<JobList>).cursor ?? cursor;
      }
      await checkLeftovers(api, accepted, retried);
    }),
    settings,
  );

  expect(answered).toBeGreaterThanOrEqual(requestsTogether * settings.numRuns);
  expect([...statuses].sort()).toEqual([200, 201, 202, 303, 400, 404, 409, 413, 415, 422]);
});

/** Stores jobs of Alice in every state. Mallory must not see them. */
async function prepare(): Promise<MemoryApi> {
  const api = createMemoryApi();
  const owner = owners.alice;
  const finished = { owner, finishedAt: api.clock.now(), attempts: 1 };
  await api.keep(
    sampleJob({ owner, jobId: "alice-queued" }),
    runningJob(2_000_000, { owner, jobId: "alice-running" }),
    sampleJob({ ...finished, jobId: "alice-succeeded", state: "succeeded", result: { json: "null" } }),
    sampleJob({ ...finished, jobId: "alice-large", state: "succeeded", result: { objectKey: "results/1.json" } }),
    sampleJob({ ...finished, jobId: "alice-failed", state: "failed", error: { code: "boom", message: "It broke." } }),
  );
  api.uploads.set(`${owner} uploads/alice/1`, '{"text":"to be"}');
  api.uploads.set(`${owner} uploads/alice/no-json`, "\ud800{");
  return api;
}

function eventOf({ route, caller, path, query, headers, text }: OddRequest, latest: string) {
  const cursors = new Map([
    ["the latest", latest],
    ["the latest, changed", `${latest.slice(0, -1)}A`],
  ]);
  const asked = query.cursor === undefined ? query : { ...query, cursor: cursors.get(query.cursor) ?? query.cursor };
  const [accountId = "", userId = ""] = owners[caller].split(".");
  return apiEvent(route, {
    path,
    query: asked,
    headers,
    iam: { accountId, userId },
    ...(text === undefined ? {} : { text }),
  });
}

type Answer = Awaited<ReturnType<MemoryApi["call"]>>;

/** Lambda's limit for a response: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const maxReplyBytes = 6 * 1024 * 1024;

function checkReply({ route, caller, path }: OddRequest, reply: Answer): void {
  const { statusCode = 0, headers = {} } = reply;
  expect(Buffer.byteLength(JSON.stringify(reply))).toBeLessThan(maxReplyBytes);
  const { replies, problems = {} } = operations[route];
  expect([...Object.keys(replies), ...Object.keys(problems)]).toContain(String(statusCode));
  if (statusCode >= 400) {
    expect(headers["content-type"]).toBe("application/problem+json");
    expect(bodyOf(reply)).toMatchObject({ status: statusCode, detail: expect.any(String) });
  }
  const isAboutAlice = route.includes("{jobId}") && path.jobId?.startsWith("alice-");
  if (caller === "mallory" && isAboutAlice) expect([400, 404]).toContain(statusCode);
}

function acceptedBy({ route }: OddRequest, reply: Answer): string[] {
  if (route === "POST /jobs" && reply.statusCode === 202) return [String(bodyOf(reply).jobId)];
  if (route !== "POST /jobs/batch" || reply.statusCode !== 200) return [];
  const { outcomes } = bodyOf(reply) as BatchReply;
  return outcomes.flatMap((outcome) => ("accepted" in outcome ? [outcome.jobId] : []));
}

function isRetried({ route }: OddRequest, reply: Answer): boolean {
  return route === "POST /jobs/{jobId}/retry" && reply.statusCode === 202 && bodyOf(reply).state === "queued";
}

/** Each accepted job has a record, each accepted or retried one a message, no other job has, and the log is empty. */
async function checkLeftovers(api: MemoryApi, accepted: Set<string>, retried: Set<string>): Promise<void> {
  const kept = api.store.jobs().filter(({ jobId }) => !jobId.startsWith("alice-"));
  expect(new Set(kept.map(({ owner, jobId }) => `${owner} ${jobId}`))).toEqual(accepted);

  const announced = new Set<string>();
  for (let messages = await api.queue.receiveNow(10); messages.length > 0; messages = await api.queue.receiveNow(10)) {
    for (const { content } of messages) announced.add(`${content?.owner} ${content?.jobId}`);
  }
  expect(announced).toEqual(new Set([...accepted, ...retried]));
  expect(api.logged).toEqual([]);
}
