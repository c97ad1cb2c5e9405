import { beforeEach, describe, expect, it } from "vitest";
import type { JobState } from "../../contract/job.ts";
import { ManualClock } from "../../runtime/clock.ts";
import { silentLog } from "../../runtime/log.ts";
import { MemoryQueue } from "../jobs/testing/memory-queue.ts";
import { createMemoryStore, type MemoryStore } from "../jobs/testing/memory-store.ts";
import { runningJob, sampleJob } from "../jobs/testing/sample-job.ts";
import { type SweepDeps, sweepJobs } from "./sweep-jobs.ts";
import { countOf } from "./testing/count-of.ts";

const minute = 60_000;
const hour = 60 * minute;
const limits = { sweepAfterMilliseconds: 5 * minute, graceMilliseconds: minute, budgetMilliseconds: 40_000 };

let clock: ManualClock;
let store: MemoryStore;
let queue: MemoryQueue;
let deps: SweepDeps;

beforeEach(() => {
  clock = new ManualClock(100 * hour);
  store = createMemoryStore({ clock, retentionDays: 7 });
  queue = new MemoryQueue({ clock, visibilityMilliseconds: minute, maxReceiveCount: 5 });
  const countMessages = async () => queue.counts();
  const countJobs = async (state: JobState) => countOf(store, state);
  const comparison = { notBefore: 0 };
  deps = {
    store,
    countMessages,
    countJobs,
    comparison,
    sendMessage: queue.send,
    clock,
    log: silentLog,
    random: () => 0,
  };
});

describe("a queued job", () => {
  it("gets a fresh message when it has waited for too long and the queue is empty", async () => {
    await store.create(sampleJob({ stateSince: ago(5 * minute) }));

    const tally = await sweepJobs(deps, limits);

    expect(tally).toMatchObject({ requeued: 1 });
    expect(queue.counts().visible).toBe(1);
    expect(store.jobs()).toMatchObject([{ state: "queued", stateSince: clock.now(), attempts: 0 }]);
  });

  it("stays in its trace", async () => {
    await store.create(sampleJob({ stateSince: ago(5 * minute), traceparent: "its-own" }));

    await sweepJobs(deps, limits);

    expect(await queue.receiveNow(1)).toMatchObject([{ content: { traceparent: "its-own" } }]);
  });

  it("is left alone while it has not waited for long", async () => {
    await store.create(sampleJob({ stateSince: ago(5 * minute - 1) }));

    await sweepJobs(deps, limits);

    expect(queue.counts().visible).toBe(0);
    expect(store.jobs()).toMatchObject([{ version: 1 }]);
  });

  it("is taken for a part of the backlog while there are as many messages as jobs", async () => {
    await submit("a", "b");

    const tally = await sweepJobs(deps, limits);

    expect(tally).toMatchObject({ requeued: 0 });
    expect(queue.counts().visible).toBe(2);
  });

  it("is left alone while its message is deferred, because its owner is at the limit of its running jobs", async () => {
    await submit("a", "b");
    for (const received of await queue.receiveNow(10)) await queue.defer(received, 30_000);

    await sweepJobs(deps, limits);

    expect(queue.counts()).toEqual({ visible: 0, inFlight: 2, delayed: 0 });
  });

  it("gets a fresh message, if it is among the oldest, when there are fewer messages than jobs", async () => {
    await store.create(sampleJob({ jobId: "lost", stateSince: ago(hour) }));
    await submit("a", "b");

    const tally = await sweepJobs(deps, limits);

    expect(tally).toMatchObject({ requeued: 1 });
    expect(await store.load({ owner: "alice", jobId: "lost" })).toMatchObject({ stateSince: clock.now() });
  });

  it("is found by the age of the owner's oldest job when messages of cancelled jobs hide the loss", async () => {
    await queue.send({ owner: "bob", jobId: "cancelled" }, 0);
    await store.create(sampleJob({ jobId: "lost", stateSince: ago(10 * minute) }));
    await store.create(sampleJob({ jobId: "younger", stateSince: ago(10 * minute - 1) }));
    await queue.send({ owner: "alice", jobId: "younger" }, 0);

    const tally = await sweepJobs(deps, limits);

    expect(tally).toMatchObject({ requeued: 1 });
    expect(await store.load({ owner: "alice", jobId: "lost" })).toMatchObject({ stateSince: clock.now() });
  });

  it("gets one fresh message, however often the sweep comes round", async () => {
    await store.create(sampleJob({ stateSince: ago(5 * minute) }));

    await sweepJobs(deps, limits);
    queue.clear();
    await sweepJobs(deps, limits);

    expect(queue.counts().visible).toBe(0);
  });

  it("gets its message from a later sweep when sending it failed", async () => {
    await store.create(sampleJob({ stateSince: ago(5 * minute) }));
    const sendMessage = () => Promise.reject(new Error("no queue"));
    await expect(sweepJobs({ ...deps, sendMessage }, limits)).rejects.toMatchObject({ code: "sweep" });

    await clock.advance(5 * minute);
    await sweepJobs(deps, limits);

    expect(queue.counts().visible).toBe(1);
  });
});

describe("a running job", () => {
  const expired = (overdue: number) => runningJob(ago(overdue), { stateSince: ago(hour) });

  it("is left alone while its lease is good, and for the grace after it", async () => {
    await store.create({ ...expired(-1), jobId: "good" });
    await store.create({ ...expired(minute - 1), jobId: "overdue" });

    const tally = await sweepJobs(deps, limits);

    expect(tally).toMatchObject({ unchanged: 2 });
    expect(store.jobs().map(({ state }) => state)).toEqual(["running", "running"]);
  });

  it("goes back to the queue when nobody has heard of it beyond the grace", async () => {
    await store.create(expired(minute));

    await sweepJobs(deps, limits);

    expect(store.jobs()).toMatchObject([{ state: "queued", attempts: 0, error: { code: "lease-expired" } }]);
    expect(queue.counts().visible).toBe(1);
  });

  it("has failed when that was its last attempt", async () => {
    await store.create({ ...expired(minute), attempts: 3, interruptions: 2 });

    const tally = await sweepJobs(deps, limits);

    expect(tally).toMatchObject({ failed: 1 });
    expect(store.jobs()).toMatchObject([{ state: "failed", error: { code: "lease-expired" } }]);
    expect(queue.counts().visible).toBe(0);
  });

  it("is cancelled when its owner had asked for it", async () => {
    await store.create({ ...expired(minute), cancelRequestedAt: ago(minute) });

    const tally = await sweepJobs(deps, limits);

    expect(tally).toMatchObject({ cancelled: 1 });
    expect(store.jobs()).toMatchObject([{ state: "cancelled" }]);
  });

  it("is found among a crowd of long runs in good health", async () => {
    for (let index = 0; index < 1_500; index++) {
      await store.create(runningJob(clock.now() + minute, { jobId: `good-${index}`, stateSince: ago(2 * hour) }));
    }
    await store.create({ ...expired(minute), jobId: "dead" });

    await sweepJobs({ ...deps, random: () => 0.9 }, limits);

    expect(await store.load({ owner: "alice", jobId: "dead" })).toMatchObject({ state: "queued" });
  });
});

describe("a sweep", () => {
  it("goes on after a job that it cannot read, and fails in the end", async () => {
    for (const jobId of ["a", "b", "c"]) await store.create(sampleJob({ jobId, stateSince: ago(hour) }));
    const load: MemoryStore["load"] = (key) =>
      key.jobId === "b" ? Promise.reject(new Error("unreadable")) : store.load(key);

    const swept = sweepJobs({ ...deps, store: { ...store, load } }, limits);

    await expect(swept).rejects.toMatchObject({ code: "sweep" });
    expect(queue.counts().visible).toBe(2);
  });

  it("changes nothing when the messages cannot be counted", async () => {
    await store.create(sampleJob({ stateSince: ago(hour) }));
    const countMessages = () => Promise.reject(new Error("no answer"));

    await expect(sweepJobs({ ...deps, countMessages }, limits)).rejects.toThrow("no answer");

    expect(store.jobs()).toMatchObject([{ version: 1 }]);
  });

  it("leaves finished jobs alone", async () => {
    await store.create(sampleJob({ state: "succeeded", stateSince: ago(hour), finishedAt: ago(hour) }));

    await sweepJobs(deps, limits);

    expect(store.jobs()).toMatchObject([{ version: 1 }]);
  });
});

/** Stale jobs that have their messages. */
async function submit(...jobIds: string[]): Promise<void> {
  for (const jobId of jobIds) {
    await store.create(sampleJob({ jobId, stateSince: ago(5 * minute) }));
    await queue.send({ owner: "alice", jobId }, 0);
  }
}

function ago(milliseconds: number): number {
  return clock.now() - milliseconds;
}
