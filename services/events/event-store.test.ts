import { beforeEach, describe, expect, it } from "vitest";
import type { EventDetail, JobEvent } from "../../contract/job-event.ts";
import { jobReplySchema } from "../../contract/job-reply.ts";
import { ManualClock } from "../../runtime/clock.ts";
import { silentLog } from "../../runtime/log.ts";
import { changeJob } from "../jobs/change-job.ts";
import type { Job } from "../jobs/job.ts";
import { cancel, claim, fail, succeed } from "../jobs/machine.ts";
import { createMemoryStore, type MemoryStore } from "../jobs/testing/memory-store.ts";
import { sampleJob } from "../jobs/testing/sample-job.ts";
import { createEventStore } from "./event-store.ts";
import { publishLeftEvents } from "./publish-left-events.ts";
import { withEvents } from "./with-events.ts";

const lease = { token: "token-1", milliseconds: 30_000 };

let clock: ManualClock;
let store: MemoryStore;
let calls: string[];
let published: JobEvent[];
let isTopicAway: boolean;
let replies: string[];
let isQueueAway: boolean;

beforeEach(async () => {
  clock = new ManualClock(1_000_000);
  store = createMemoryStore({ clock, retentionDays: 7 });
  calls = [];
  published = [];
  isTopicAway = false;
  replies = [];
  isQueueAway = false;
  await store.create(sampleJob());
});

describe("the end of a job", () => {
  it("is one event with what a subscriber needs, and leaves nothing in the record", async () => {
    const events = open("ends");
    await changeJob(events, key, (job) => claim(job, lease, clock.now()));
    await clock.advance(2_000);
    calls = [];

    await changeJob(events, key, (job) => succeed(job, "token-1", { json: "1" }, clock.now()));

    expect(published).toEqual([
      {
        v: 1,
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        jobId: "job-1",
        owner: "alice",
        type: "echo",
        state: "succeeded",
        createdAt: "1970-01-01T00:00:01.000Z",
        startedAt: "1970-01-01T00:16:40.000Z",
        finishedAt: "1970-01-01T00:16:42.000Z",
        attempts: 1,
        resultUrl: "https://api/jobs/job-1/result",
      },
    ]);
    expect(calls).toEqual(["load", "replace", "publish", "clearEvents"]);
    expect(await store.load(key)).not.toHaveProperty("endEvents");
  });

  it("has the error of a failed job, and no result", async () => {
    const events = open("ends");
    await changeJob(events, key, (job) => claim(job, lease, clock.now()));

    await changeJob(events, key, (job) => fail(job, "token-1", fatal, retry, clock.now()));

    expect(published).toMatchObject([{ state: "failed", error: { code: "bad", message: "It broke." } }]);
    expect(published[0]).not.toHaveProperty("resultUrl");
  });

  it("stands although the topic cannot be reached, and the sweeper publishes the same event", async () => {
    const events = open("ends");
    isTopicAway = true;

    const change = await changeJob(events, key, (job) => cancel(job, clock.now()));
    isTopicAway = false;
    await clock.advance(60_000);
    await sweep();
    await sweep();

    expect(change).toMatchObject({ accepted: true, job: { state: "cancelled" } });
    expect(published).toMatchObject([{ state: "cancelled" }]);
    expect(await store.listStale("unpublished", clock.now(), 10)).toEqual([]);
  });

  it("is published again with the same id when the process died before it cleared the event", async () => {
    const events = open("ends", { clearEvents: () => Promise.reject(new Error("died")) });

    await changeJob(events, key, (job) => cancel(job, clock.now()));
    await clock.advance(60_000);
    await sweep();

    expect(published).toHaveLength(2);
    expect(published[0]).toEqual(published[1]);
  });

  it("is left to its process until it is old enough for the sweeper", async () => {
    isTopicAway = true;
    await changeJob(open("ends"), key, (job) => cancel(job, clock.now()));
    isTopicAway = false;

    await clock.advance(59_999);
    await sweep();

    expect(published).toEqual([]);
  });

  it("of a job that runs again has an event of its own, and a pending one is kept", async () => {
    const events = open("ends");
    isTopicAway = true;
    await changeJob(events, key, (job) => cancel(job, clock.now()));
    const ended = await stored();
    await store.replace({ ...ended, state: "queued", finishedAt: undefined, version: ended.version + 1 }, ended);
    await clock.advance(1);
    isTopicAway = false;

    await changeJob(events, key, (job) => cancel(job, clock.now()));

    expect(published.map(({ state }) => state)).toEqual(["cancelled", "cancelled"]);
    expect(new Set(published.map(({ id }) => id)).size).toBe(2);
  });
});

describe("the start of a job", () => {
  it("is an event of its first attempt only, with detail all", async () => {
    const events = open("all");

    await changeJob(events, key, (job) => claim(job, lease, clock.now()));
    await changeJob(events, key, (job) => fail(job, "token-1", { ...fatal, isFinal: false }, retry, clock.now()));
    await clock.advance(60_000);
    await changeJob(events, key, (job) => claim(job, lease, clock.now()));

    expect(published).toMatchObject([{ state: "running", attempts: 1, startedAt: "1970-01-01T00:16:40.000Z" }]);
    expect(published[0]).not.toHaveProperty("finishedAt");
    expect(await stored()).not.toHaveProperty("startEvent");
  });

  it("comes after the end when it could not be published before it", async () => {
    const events = open("all");
    isTopicAway = true;
    const started = await changeJob(events, key, (job) => claim(job, lease, clock.now()));
    isTopicAway = false;

    await changeJob(
      events,
      key,
      (job) => succeed(job, "token-1", { json: "1" }, clock.now()),
      started?.accepted ? started.job : undefined,
    );
    await clock.advance(60_000);
    await sweep();

    expect(published.map(({ state }) => state).sort()).toEqual(["running", "succeeded", "succeeded"]);
    expect(new Set(published.map(({ id }) => id)).size).toBe(2);
    expect(await stored()).not.toHaveProperty("startEvent");
  });

  it("is no event with detail ends", async () => {
    await changeJob(open("ends"), key, (job) => claim(job, lease, clock.now()));

    expect(published).toEqual([]);
  });
});

it("changes nothing of the store of a stack without events", async () => {
  expect(await withEvents(store, {}, silentLog)).toBe(store);
});

describe("a sweep", () => {
  it("goes on after a job whose event the topic refuses, and fails in the end", async () => {
    const events = open("ends");
    isTopicAway = true;
    for (const jobId of ["a", "b"]) {
      await store.create(sampleJob({ jobId }));
      await changeJob(events, { owner: "alice", jobId }, (job) => cancel(job, clock.now()));
    }
    await clock.advance(60_000);
    isTopicAway = false;

    const swept = sweep((event) => event.jobId === "a");

    await expect(swept).rejects.toMatchObject({ code: "events" });
    expect(published.map(({ jobId }) => jobId)).toEqual(["b"]);
  });
});

describe("the reply to a job's requester", () => {
  async function end(detail: EventDetail, result: Job["result"] = { json: "12345678901234567890" }) {
    await store.create(sampleJob({ jobId: "asked", replyTo: "billing", correlationId: "request 7" }));
    const events = open(detail);
    const asked = { owner: "alice", jobId: "asked" };
    await changeJob(events, asked, (job) => claim(job, lease, clock.now()));
    await changeJob(events, asked, (job) => succeed(job, "token-1", result, clock.now()));
    return store.load(asked);
  }

  it("has the end, the request's mark and the result as it is written, also without events", async () => {
    const job = await end("off");

    expect(published).toEqual([]);
    expect(replies).toHaveLength(1);
    expect(replies[0]).toContain('"result":12345678901234567890}');
    expect(jobReplySchema.parse(JSON.parse(replies[0] ?? ""))).toMatchObject({
      jobId: "asked",
      state: "succeeded",
      replyTo: "billing",
      correlationId: "request 7",
      resultUrl: "https://api/jobs/asked/result",
    });
    expect(job?.endEvents).toBeUndefined();
  });

  it("comes beside the event, and names a large result only", async () => {
    await end("ends", { objectKey: "results/large" });

    expect(published).toHaveLength(1);
    expect(JSON.parse(replies[0] ?? "")).toEqual({ ...published[0], replyTo: "billing", correlationId: "request 7" });
  });

  it("waits in the record while its queue is away, and the sweeper sends it", async () => {
    isQueueAway = true;
    const job = await end("off");
    isQueueAway = false;
    await clock.advance(60_000);

    await sweep();

    expect(job?.endEvents).toHaveLength(1);
    expect(replies).toEqual(job?.endEvents);
    expect(await store.listStale("unpublished", clock.now(), 10)).toEqual([]);
  });

  it("of a job that names no queue does not exist, and adds no call", async () => {
    const events = open("off");
    await changeJob(events, key, (job) => claim(job, lease, clock.now()));
    calls = [];

    await changeJob(events, key, (job) => succeed(job, "token-1", { json: "1" }, clock.now()));

    expect(calls).toEqual(["load", "replace"]);
  });
});

const key = { owner: "alice", jobId: "job-1" };
const fatal = { code: "bad", message: "It broke.", isFinal: true };
const retry = { baseMilliseconds: 1_000, capMilliseconds: 60_000, random: 0 };

function open(detail: EventDetail, changes: Partial<MemoryStore> = {}) {
  const own = { ...store, ...changes };
  const recorded = Object.fromEntries(
    Object.entries(own).map(([name, method]) => [
      name,
      (...args: never[]) => {
        calls.push(name);
        return (method as (...all: never[]) => unknown)(...args);
      },
    ]),
  ) as unknown as MemoryStore;
  return createEventStore(
    recorded,
    { publish: publishUnless(() => isTopicAway), reply, isOrdered: false, log: silentLog },
    { detail, apiUrl: "https://api" },
  );
}

async function reply(text: string): Promise<void> {
  calls.push("reply");
  if (isQueueAway) throw new Error("no queue");
  replies.push(text);
}

function publishUnless(isRefused: (event: JobEvent) => boolean) {
  return async (event: JobEvent) => {
    calls.push("publish");
    if (isRefused(event)) throw new Error("no topic");
    published.push(event);
  };
}

function sweep(isRefused: (event: JobEvent) => boolean = () => false): Promise<void> {
  return publishLeftEvents(
    { store, publish: publishUnless(isRefused), reply, isOrdered: false, clock, log: silentLog },
    60_000,
  );
}

async function stored(): Promise<Job> {
  const job = await store.load(key);
  if (job === undefined) throw new Error("Expected the job; there is none.");
  return job;
}
