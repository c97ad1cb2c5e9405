/** npm run bench:api: what the API's functions take beyond the calls to DynamoDB and SQS that each request needs. */
import { randomUUID } from "node:crypto";
import { createLiveLine } from "../../report/live-line.ts";
import { formatProgress } from "../../report/progress.ts";
import { apiEvent } from "../../services/api/testing/api-request.ts";
import type { Job } from "../../services/jobs/job.ts";
import { type Figure, reportFigures } from "../judge-figures.ts";
import { createBareCalls } from "./bare-calls.ts";
import { type Compared, compareLatency, type Prepare } from "./compare-latency.ts";
import { loadFunction, unpackFunctions } from "./deployed-functions.ts";
import { startEmulators } from "./emulators.ts";
import { measureLists } from "./measure-lists.ts";
import { measureLoads } from "./measure-loads.ts";

const live = createLiveLine(process.stdout);
const emulators = await startEmulators();
const paths = await unpackFunctions(["submit", "status", "cancel", "upload", "openapi"]);
const submit = await loadFunction(paths.submit, emulators);
const status = await loadFunction(paths.status, emulators);
const bare = createBareCalls(emulators);
const iam = { accountId: "1", userId: "alice" };
const owner = "1.alice";
const payload = { text: "The quick brown fox jumps over the lazy dog.", number: 42, list: [1, 2, 3] };

const figures: Figure[] = [];
try {
  for (const jobId of ["known-0", "known-1"]) await request(submit, "POST /jobs", { body: { jobId, payload } }, 202)();
  for (const callers of [1, 32]) {
    addFigures(`POST /jobs, ${callers} at once`, await compare(`POST ${callers}`, callers, postBare, post), 0.5);
    addFigures(`GET /jobs/{jobId}, ${callers} at once`, await compare(`GET ${callers}`, callers, getBare, get), 0);
  }
  const batch = await compare("batch", 1, batchBare, postBatch, 60);
  figures.push({ name: "POST /jobs/batch of 100, p50 beyond", measured: batch.p50, unit: "ms", atMost: 100 });
  figures.push(...(await measureLoads(paths, emulators, live)));
  const list = (owned: string) =>
    request(status, "GET /jobs", { iam: { accountId: "1", userId: owned.split(".")[1] } }, 200);
  figures.push(...(await measureLists(list, newJob, emulators, live)));
} finally {
  live.close();
  emulators.close();
}
reportFigures(figures);

async function compare(name: string, callers: number, one: Prepare, other: Prepare, rounds = 1_500): Promise<Compared> {
  let done = 0;
  const total = rounds + Math.ceil(rounds / 5);
  const onRound = () => live.update(formatProgress(name, ++done, total));
  return compareLatency({ bare: one, request: other }, { callers, rounds, onRound });
}

/** @param more part of the bare calls that one of some hundred requests makes once more: the count of the last second's arrivals */
function addFigures(name: string, { p50, p99, bareP50, noiseP99 }: Compared, more: number): void {
  live.print(`${name}: p50 of the bare calls ${bareP50.toFixed(2)} ms, noise of p99 ${noiseP99.toFixed(2)} ms`);
  figures.push({
    name: `${name}: p50 beyond the bare calls`,
    measured: p50,
    unit: "ms",
    atMost: 1,
    reached: 1 + 0.05 * bareP50,
  });
  figures.push({
    name: `${name}: p99 beyond the bare calls`,
    measured: p99,
    unit: "ms",
    atMost: 1,
    reached: 1 + noiseP99 + more * bareP50,
  });
}

function postBare() {
  return bare.prepareSubmit(newJob(randomUUID()));
}

function post() {
  return request(submit, "POST /jobs", { body: { jobId: randomUUID(), payload } }, 202);
}

function getBare(index: number) {
  return bare.prepareGet(newJob(`known-${index % 2}`));
}

function get(index: number) {
  return request(status, "GET /jobs/{jobId}", { path: { jobId: `known-${index % 2}` } }, 200);
}

/** The same puts and messages, twenty jobs at a time. */
function batchBare() {
  const jobs = Array.from({ length: 100 }, () => bare.prepareSubmit(newJob(randomUUID())));
  return async () => {
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        for (let job = jobs.pop(); job; job = jobs.pop()) await job();
      }),
    );
  };
}

function postBatch() {
  const jobs = Array.from({ length: 100 }, () => ({ jobId: randomUUID(), payload }));
  return request(submit, "POST /jobs/batch", { body: { jobs } }, 200);
}

/** Calls a handler as Lambda does, with an event and a context. */
function request(
  handler: typeof submit,
  route: Parameters<typeof apiEvent>[0],
  sent: Parameters<typeof apiEvent>[1],
  expected: number,
): () => Promise<void> {
  const event = apiEvent(route, { iam, ...sent });
  return async () => {
    const answer = (await handler(event, { getRemainingTimeInMillis: () => 28_000 })) as {
      statusCode: number;
      body: string;
    };
    if (answer.statusCode !== expected) throw new Error(`${route}: expected ${expected}; came ${answer.body}`);
  };
}

/** A job as submit stores it. */
function newJob(jobId: string, of = owner): Job {
  const now = Math.round(performance.timeOrigin + performance.now());
  return {
    owner: of,
    jobId,
    type: "echo",
    payload: { json: JSON.stringify(payload) },
    requestHash: "0".repeat(64),
    maxAttempts: 5,
    schemaVersion: 1,
    state: "queued",
    stateSince: now,
    createdAt: now,
    attempts: 0,
    fence: 0,
    version: 1,
    traceparent: `00-${"1".repeat(32)}-${"2".repeat(16)}-01`,
  };
}
