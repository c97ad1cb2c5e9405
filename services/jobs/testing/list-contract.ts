import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { jobTypes } from "../../../contract/job.ts";
import { dayMilliseconds } from "../../../contract/limits.ts";
import { ManualClock } from "../../../runtime/clock.ts";
import { changeJob } from "../change-job.ts";
import { announce } from "../machine.ts";
import type { JobStore, OwnedQuery } from "../ports.ts";
import { runningJob, sampleJob } from "./sample-job.ts";

const retentionDays = 2;

/** The contract of a job store's lists, for the table and for the fake. */
export function listContract(open: (options: { clock: ManualClock; retentionDays: number }) => JobStore): void {
  function prepare() {
    const clock = new ManualClock(1_000_000);
    return { clock, store: open({ clock, retentionDays }), jobId: randomUUID() };
  }

  it("lists the jobs in a state since a time or longer", async () => {
    const { store } = prepare();
    for (const since of [100, 200, 300]) await store.create(sampleJob({ jobId: `queued-${since}`, stateSince: since }));
    await store.create(runningJob(9_000, { jobId: "running-100", stateSince: 100 }));

    const queued = await store.listStale("queued", 200, 100);
    const running = await store.listStale("running", 200, 100);

    expect(queued).toEqual(["queued-100", "queued-200"].map((jobId) => ({ owner: "alice", jobId })));
    expect(running).toEqual([{ owner: "alice", jobId: "running-100" }]);
  });

  it("lists a job in its current state only", async () => {
    const { store } = prepare();
    const queuedJob = sampleJob({ owner: "a/b", stateSince: 100 });
    await store.create(queuedJob);

    await store.replace(runningJob(9_000, { owner: "a/b", stateSince: 150 }), queuedJob);

    expect(await store.listStale("queued", 500, 100)).toEqual([]);
    expect(await store.listStale("running", 500, 100)).toEqual([{ owner: "a/b", jobId: "job-1" }]);
  });

  it("lists a job without a message apart from the queued ones, until it is claimed or its message is sent", async () => {
    const { store } = prepare();
    const unsent = sampleJob({ jobId: "job-1", stateSince: 100, unsent: true });
    for (const jobId of ["job-1", "job-2", "job-3"]) await store.create({ ...unsent, jobId });

    await store.claimDue({ owner: "alice", jobId: "job-1" }, { token: "t", milliseconds: 1_000 }, 200, jobTypes);
    await changeJob(store, { owner: "alice", jobId: "job-2" }, announce);

    const lists = await Promise.all((["later", "queued", "running"] as const).map((it) => store.listStale(it, 500, 9)));
    expect(lists.map((keys) => keys.map(({ jobId }) => jobId))).toEqual([["job-3"], ["job-2"], ["job-1"]]);
    expect((await store.load({ owner: "alice", jobId: "job-1" }))?.unsent).toBeUndefined();
  });

  it("lists a finished job with events as unpublished, until they are cleared", async () => {
    const { clock, store, jobId } = prepare();
    const ended = sampleJob({ jobId, state: "failed", stateSince: 100, finishedAt: clock.now(), endEvents: ["{}"] });
    await store.create(ended);

    const before = await store.listStale("unpublished", 100, 10);
    await store.clearEvents({ ...ended, version: 7 });
    const unchanged = await store.load(ended);
    await store.clearEvents(ended);
    const { endEvents, ...cleared } = ended;

    expect(before).toEqual([{ owner: "alice", jobId }]);
    expect(unchanged).toEqual(ended);
    expect(await store.load(ended)).toEqual(cleared);
    expect(await store.listStale("unpublished", 100, 10)).toEqual([]);
    expect(await store.listStale("failed", 100, 10)).toEqual([{ owner: "alice", jobId }]);
  });

  it("keeps the event of a start that the caller does not know of", async () => {
    const { clock, store, jobId } = prepare();
    const ended = sampleJob({
      jobId,
      state: "failed",
      finishedAt: clock.now(),
      startEvent: "{}",
      endEvents: ["{}"],
    });
    await store.create(ended);
    const { startEvent, ...known } = ended;

    await store.clearEvents(known);
    const kept = await store.load(ended);
    await store.clearEvents(ended);

    expect(kept).toEqual(ended);
    expect(await store.load(ended)).not.toHaveProperty("endEvents");
  });

  it("clears the event of a running job's start, whatever its version", async () => {
    const { store, jobId } = prepare();
    const running = runningJob(9_000, { jobId, startEvent: "{}" });
    await store.create(running);
    const { startEvent, ...cleared } = running;

    await store.clearEvents({ ...running, version: 1 });

    expect(await store.load(running)).toEqual(cleared);
  });

  it("clears nothing of a job that does not exist", async () => {
    const { store, jobId } = prepare();

    await store.clearEvents(sampleJob({ jobId, startEvent: "{}" }));

    expect(await store.load({ owner: "alice", jobId })).toBeUndefined();
  });

  it("lists at most the requested number", async () => {
    const { store } = prepare();
    for (let index = 0; index < 20; index++) await store.create(sampleJob({ jobId: `job-${index}` }));

    expect(await store.listStale("queued", 2_000, 5)).toHaveLength(5);
  });

  it("pages through an owner's jobs only, newest first, with equal creation times too", async () => {
    const { store } = prepare();
    const ids = Array.from({ length: 25 }, (_, index) => `job-${String(index).padStart(2, "0")}`);
    // Five jobs have the same creation time.
    for (const [index, jobId] of ids.entries()) {
      await store.create(sampleJob({ owner: "a/b", jobId, createdAt: 1_000 + Math.floor(index / 5) }));
    }
    await store.create(sampleJob({ owner: "a", createdAt: 2_000 }));
    await store.create(sampleJob({ owner: "a/b#1", createdAt: 2_000 }));

    const pages = await listAll(store, "a/b", { limit: 4 });

    expect(pages.flat()).toEqual(ids.toReversed());
    expect(pages.slice(0, 6).map(({ length }) => length)).toEqual([4, 4, 4, 4, 4, 4]);
    expect(await store.listOwned("nobody", { limit: 4 })).toEqual({ jobs: [], next: undefined });
  });

  it("filters an owner's jobs by current state and type", async () => {
    const { store } = prepare();
    for (let index = 0; index < 12; index++) {
      const type = index % 2 === 0 ? "echo" : "word-frequency";
      await store.create(sampleJob({ jobId: `job-${index}`, type, createdAt: 1_000 + index }));
    }
    for (const index of [2, 3, 4]) {
      const changes = {
        jobId: `job-${index}`,
        type: index % 2 === 0 ? ("echo" as const) : ("word-frequency" as const),
        createdAt: 1_000 + index,
      };
      await store.replace(runningJob(9_000, changes), sampleJob(changes));
    }

    const running = await listAll(store, "alice", { state: "running", limit: 2 });
    const echoes = await listAll(store, "alice", { state: "queued", type: "echo", limit: 100 });

    expect(running.flat()).toEqual(["job-4", "job-3", "job-2"]);
    expect(echoes.flat()).toEqual(["job-10", "job-8", "job-6", "job-0"]);
  });

  it("keeps the order of an owner's jobs while they change", async () => {
    const { store } = prepare();
    for (const index of [0, 1, 2]) await store.create(sampleJob({ jobId: `job-${index}`, createdAt: 1_000 + index }));
    const first = await store.listOwned("alice", { limit: 1 });

    const changes = { jobId: "job-1", createdAt: 1_001 };
    await store.replace(runningJob(9_000, { ...changes, stateSince: 9_000 }), sampleJob(changes));
    await store.create(sampleJob({ jobId: "job-3", createdAt: 1_003 }));
    const second = await store.listOwned("alice", { limit: 1, before: first.next });

    expect([...first.jobs, ...second.jobs].map(({ jobId }) => jobId)).toEqual(["job-2", "job-1"]);
  });

  it("lists no expired job", async () => {
    const { clock, store, jobId } = prepare();
    await store.create(sampleJob({ jobId, state: "succeeded", finishedAt: clock.now() }));

    await clock.advance(retentionDays * dayMilliseconds);

    expect((await store.listOwned("alice", { limit: 10 })).jobs).toEqual([]);
  });
}

/** The job ids of all pages. */
async function listAll(store: JobStore, owner: string, query: Omit<OwnedQuery, "before">): Promise<string[][]> {
  const pages: string[][] = [];
  let before: string | undefined;
  do {
    const page = await store.listOwned(owner, { ...query, before });
    expect(page.jobs.length).toBeLessThanOrEqual(query.limit);
    pages.push(page.jobs.map(({ jobId }) => jobId));
    before = page.next;
  } while (before !== undefined);
  return pages;
}
