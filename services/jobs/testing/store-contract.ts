import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import type { Json } from "../../../contract/job.ts";
import { dayMilliseconds } from "../../../contract/limits.ts";
import { ManualClock } from "../../../runtime/clock.ts";
import { changeJob } from "../change-job.ts";
import { announce, claim } from "../machine.ts";
import type { JobStore, OwnedQuery } from "../ports.ts";
import { runningJob, sampleJob } from "./sample-job.ts";

const retentionDays = 2;

/** The contract of a job store, for the table and for the fake. */
export function storeContract(open: (options: { clock: ManualClock; retentionDays: number }) => JobStore): void {
  function prepare() {
    const clock = new ManualClock(1_000_000);
    return { clock, store: open({ clock, retentionDays }), jobId: randomUUID() };
  }

  it("returns a created job with any payload", async () => {
    const { store, jobId } = prepare();
    const payload: Json = {
      number: 1e300,
      tiny: 5e-324,
      nothing: null,
      empty: "",
      text: "né 🦆 \ud800",
      list: [[[[], {}]], false],
      ...JSON.parse('{"__proto__": {"a": 1}}'),
    };
    const job = sampleJob({ jobId, payload: { json: JSON.stringify(payload) } });

    const created = await store.create(job);

    expect(created).toEqual({ created: true });
    expect(await store.load(job)).toEqual(job);
  });

  it("returns every optional attribute", async () => {
    const { store, jobId } = prepare();
    const job = runningJob(9_000, {
      jobId,
      payload: { objectKey: "payloads/alice/large.json" },
      result: { objectKey: "results/alice/large.json" },
      error: { code: "boom", message: "It broke." },
      progress: 0.1 + 0.2,
      log: [{ at: 4_000, text: "né 🦆" }],
      cancelRequestedAt: 5_000,
      traceparent: "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01",
      callerTraceId: "4bf92f3577b34da6a3ce929d0e0e4736",
    });

    await store.create(job);

    expect(await store.load(job)).toEqual(job);
  });

  it("does not find a job that was not created", async () => {
    const { store, jobId } = prepare();

    expect(await store.load({ owner: "alice", jobId })).toBeUndefined();
    expect(await store.replace(sampleJob({ jobId, version: 2 }))).toBe(false);
  });

  it("creates once, and returns the existing job to a later caller", async () => {
    const { store, jobId } = prepare();
    const first = sampleJob({ jobId });
    await store.create(first);

    const second = await store.create(sampleJob({ jobId, requestHash: "another request" }));

    expect(second).toEqual({ created: false, existing: first });
  });

  it("lets one of many concurrent callers create", async () => {
    const { store, jobId } = prepare();

    const results = await Promise.all(Array.from({ length: 10 }, () => store.create(sampleJob({ jobId }))));

    expect(results.filter(({ created }) => created)).toHaveLength(1);
  });

  it("separates the same id of two owners", async () => {
    const { store, jobId } = prepare();
    const one = sampleJob({ owner: "a/b%2F:é", jobId });
    const other = sampleJob({ owner: "a", jobId });

    await store.create(one);
    await store.create(other);

    expect(await store.load(one)).toEqual(one);
    expect(await store.load(other)).toEqual(other);
  });

  it("replaces the whole previous version", async () => {
    const { store, jobId } = prepare();
    const before = runningJob(9_000, { jobId, version: 1, progress: 0.5 });
    await store.create(before);
    const next = sampleJob({ jobId, version: 2, lease: undefined, progress: undefined });

    const replaced = await store.replace(next);

    expect(replaced).toBe(true);
    expect(await store.load(next)).toEqual(next);
  });

  it("replaces the previous version by what differs from it", async () => {
    const { store, jobId } = prepare();
    const before = runningJob(9_000, { jobId, version: 1, progress: 0.5, log: [{ at: 1, text: "one" }] });
    await store.create(before);
    const next = sampleJob({
      jobId,
      version: 2,
      state: "succeeded",
      finishedAt: 1_000_000,
      result: { json: '{"#state":null}' },
    });

    const replaced = [await store.replace(next, before), await store.replace(next, before)];

    expect(replaced).toEqual([true, false]);
    expect(await store.load(next)).toEqual(next);
  });

  it("leaves alone what neither version that the caller knows has", async () => {
    const { store, jobId } = prepare();
    const stored = runningJob(9_000, { jobId, version: 1, startEvent: "{}" });
    await store.create(stored);
    const { startEvent, ...before } = stored;

    await store.replace({ ...before, progress: 0.5, version: 2 }, before);

    expect(await store.load(stored)).toEqual({ ...stored, progress: 0.5, version: 2 });
  });

  it("claims a job that is queued and due as the state machine does, once", async () => {
    const { store, jobId } = prepare();
    const due = sampleJob({
      jobId,
      stateSince: 5_000,
      attempts: 1,
      fence: 3,
      version: 7,
      error: { code: "a", message: "b" },
    });
    await store.create(due);
    const lease = { token: "token-9", milliseconds: 30_000 };

    const befores = [
      await store.claimDue(due, lease, 4_999),
      await store.claimDue(due, lease, 5_000),
      await store.claimDue(due, lease, 5_000),
    ];

    const expected = claim(due, lease, 5_000);
    expect(befores).toEqual([undefined, due, undefined]);
    expect(await store.load(due)).toEqual(expected.accepted && expected.job);
    expect(await store.listStale("running", 5_000, 10)).toEqual([{ owner: "alice", jobId }]);
    expect(await store.listStale("queued", 5_000, 10)).toEqual([]);
  });

  it("claims no job that does not exist or has ended", async () => {
    const { clock, store, jobId } = prepare();
    const lease = { token: "token-9", milliseconds: 30_000 };
    const ended = sampleJob({ jobId, state: "cancelled", finishedAt: clock.now() });
    await store.create(ended);

    const befores = await Promise.all(
      [ended, { owner: "alice", jobId: "nobody" }].map((key) => store.claimDue(key, lease, 1e9)),
    );

    expect(befores).toEqual([undefined, undefined]);
    expect(await store.load(ended)).toEqual(ended);
    expect(await store.load({ owner: "alice", jobId: "nobody" })).toBeUndefined();
  });

  it("replaces no version but the previous one", async () => {
    const { store, jobId } = prepare();
    const stored = sampleJob({ jobId, version: 5 });
    await store.create(stored);

    const answers = await Promise.all([4, 5, 7].map((version) => store.replace(runningJob(9_000, { jobId, version }))));

    expect(answers).toEqual([false, false, false]);
    expect(await store.load(stored)).toEqual(stored);
  });

  it("lets one of two concurrent writers replace", async () => {
    const { store, jobId } = prepare();
    await store.create(sampleJob({ jobId }));

    const rivals = ["token-1", "token-2"].map((token) => runningJob(9_000, { jobId, lease: { token, until: 9_000 } }));
    const answers = await Promise.all(rivals.map((rival) => store.replace(rival)));

    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await store.load({ owner: "alice", jobId })).toEqual(rivals[answers.indexOf(true)]);
  });

  it("does not replace a new job under a reused id", async () => {
    const { store, jobId } = prepare();
    await store.create(sampleJob({ jobId, createdAt: 2_000 }));

    const replaced = await store.replace(runningJob(9_000, { jobId, createdAt: 1_000 }));

    expect(replaced).toBe(false);
  });

  it("expires a finished job after its retention, and allows its id to be reused", async () => {
    const { clock, store, jobId } = prepare();
    const finished = sampleJob({ jobId, state: "succeeded", finishedAt: clock.now() });
    await store.create(finished);

    await clock.advance(retentionDays * dayMilliseconds - 1);
    const lastMoment = await store.load(finished);
    await clock.advance(1);

    expect(lastMoment).toEqual(finished);
    expect(await store.load(finished)).toBeUndefined();
    expect(await store.create(sampleJob({ jobId }))).toEqual({ created: true });
  });

  it("never expires an unfinished job", async () => {
    const { clock, store, jobId } = prepare();
    const job = sampleJob({ jobId });
    await store.create(job);

    await clock.advance(1_000 * dayMilliseconds);

    expect(await store.load(job)).toEqual(job);
    expect(await store.create(job)).toMatchObject({ created: false });
  });

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
    await store.create(sampleJob({ owner: "a/b", stateSince: 100 }));

    await store.replace(runningJob(9_000, { owner: "a/b", stateSince: 150 }));

    expect(await store.listStale("queued", 500, 100)).toEqual([]);
    expect(await store.listStale("running", 500, 100)).toEqual([{ owner: "a/b", jobId: "job-1" }]);
  });

  it("lists a job without a message apart from the queued ones, until it is claimed or its message is sent", async () => {
    const { store } = prepare();
    const unsent = sampleJob({ jobId: "job-1", stateSince: 100, unsent: true });
    for (const jobId of ["job-1", "job-2", "job-3"]) await store.create({ ...unsent, jobId });

    await store.claimDue({ owner: "alice", jobId: "job-1" }, { token: "t", milliseconds: 1_000 }, 200);
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
      const type = index % 2 === 0 ? "echo" : "word-frequency";
      await store.replace(runningJob(9_000, { jobId: `job-${index}`, type, createdAt: 1_000 + index }));
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

    await store.replace(runningJob(9_000, { jobId: "job-1", createdAt: 1_001, stateSince: 9_000 }));
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
