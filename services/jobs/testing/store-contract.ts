import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import type { Json } from "../../../contract/job.ts";
import { ManualClock } from "../../../runtime/clock.ts";
import type { JobStore, OwnedQuery } from "../ports.ts";
import { runningJob, sampleJob } from "./sample-job.ts";

const dayMilliseconds = 24 * 3600 * 1000;
const retentionDays = 2;

/** What every store of jobs must do, the real one and the fake. */
export function storeContract(open: (options: { clock: ManualClock; retentionDays: number }) => JobStore): void {
  function prepare() {
    const clock = new ManualClock(1_000_000);
    return { clock, store: open({ clock, retentionDays }), jobId: randomUUID() };
  }

  it("gives back what was created, whatever the payload says", async () => {
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
    const job = sampleJob({ jobId, payload: { inline: payload } });

    const created = await store.create(job);

    expect(created).toEqual({ created: true });
    expect(await store.load(job)).toEqual(job);
  });

  it("gives back every optional attribute", async () => {
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
    });

    await store.create(job);

    expect(await store.load(job)).toEqual(job);
  });

  it("knows nothing of a job that nobody created", async () => {
    const { store, jobId } = prepare();

    expect(await store.load({ owner: "alice", jobId })).toBeUndefined();
    expect(await store.replace(sampleJob({ jobId, version: 2 }))).toBe(false);
  });

  it("creates once, and shows a later caller who was first", async () => {
    const { store, jobId } = prepare();
    const first = sampleJob({ jobId });
    await store.create(first);

    const second = await store.create(sampleJob({ jobId, requestHash: "another request" }));

    expect(second).toEqual({ created: false, existing: first });
  });

  it("lets one of many callers at once create", async () => {
    const { store, jobId } = prepare();

    const results = await Promise.all(Array.from({ length: 10 }, () => store.create(sampleJob({ jobId }))));

    expect(results.filter(({ created }) => created)).toHaveLength(1);
  });

  it("keeps the same id of two owners apart", async () => {
    const { store, jobId } = prepare();
    const one = sampleJob({ owner: "a/b%2F:é", jobId });
    const other = sampleJob({ owner: "a", jobId });

    await store.create(one);
    await store.create(other);

    expect(await store.load(one)).toEqual(one);
    expect(await store.load(other)).toEqual(other);
  });

  it("replaces the version before, and nothing of it stays", async () => {
    const { store, jobId } = prepare();
    const before = runningJob(9_000, { jobId, version: 1, progress: 0.5 });
    await store.create(before);
    const next = sampleJob({ jobId, version: 2, lease: undefined, progress: undefined });

    const replaced = await store.replace(next);

    expect(replaced).toBe(true);
    expect(await store.load(next)).toEqual(next);
  });

  it("does not replace another version than the one before", async () => {
    const { store, jobId } = prepare();
    const stored = sampleJob({ jobId, version: 5 });
    await store.create(stored);

    const answers = await Promise.all([4, 5, 7].map((version) => store.replace(runningJob(9_000, { jobId, version }))));

    expect(answers).toEqual([false, false, false]);
    expect(await store.load(stored)).toEqual(stored);
  });

  it("lets one of two rivals write", async () => {
    const { store, jobId } = prepare();
    await store.create(sampleJob({ jobId }));

    const rivals = ["token-1", "token-2"].map((token) => runningJob(9_000, { jobId, lease: { token, until: 9_000 } }));
    const answers = await Promise.all(rivals.map((rival) => store.replace(rival)));

    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await store.load({ owner: "alice", jobId })).toEqual(rivals[answers.indexOf(true)]);
  });

  it("does not take a job made anew under an old id for the old job", async () => {
    const { store, jobId } = prepare();
    await store.create(sampleJob({ jobId, createdAt: 2_000 }));

    const replaced = await store.replace(runningJob(9_000, { jobId, createdAt: 1_000 }));

    expect(replaced).toBe(false);
  });

  it("forgets a finished job after its retention, and its id can be used again", async () => {
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

  it("never forgets a job that is not finished", async () => {
    const { clock, store, jobId } = prepare();
    const job = sampleJob({ jobId });
    await store.create(job);

    await clock.advance(1_000 * dayMilliseconds);

    expect(await store.load(job)).toEqual(job);
    expect(await store.create(job)).toMatchObject({ created: false });
  });

  it("lists the jobs that are in a state since a moment or longer", async () => {
    const { store } = prepare();
    for (const since of [100, 200, 300]) await store.create(sampleJob({ jobId: `queued-${since}`, stateSince: since }));
    await store.create(runningJob(9_000, { jobId: "running-100", stateSince: 100 }));

    const queued = await store.listStale("queued", 200, 100);
    const running = await store.listStale("running", 200, 100);

    expect(queued).toEqual(["queued-100", "queued-200"].map((jobId) => ({ owner: "alice", jobId })));
    expect(running).toEqual([{ owner: "alice", jobId: "running-100" }]);
  });

  it("lists a job under its present state only", async () => {
    const { store } = prepare();
    await store.create(sampleJob({ owner: "a/b", stateSince: 100 }));

    await store.replace(runningJob(9_000, { owner: "a/b", stateSince: 150 }));

    expect(await store.listStale("queued", 500, 100)).toEqual([]);
    expect(await store.listStale("running", 500, 100)).toEqual([{ owner: "a/b", jobId: "job-1" }]);
  });

  it("lists no more than it was asked for", async () => {
    const { store } = prepare();
    for (let index = 0; index < 20; index++) await store.create(sampleJob({ jobId: `job-${index}` }));

    expect(await store.listStale("queued", 2_000, 5)).toHaveLength(5);
  });

  it("lists an owner's jobs page by page, newest first, those of one moment too, and no one else's", async () => {
    const { store } = prepare();
    const ids = Array.from({ length: 25 }, (_, index) => `job-${String(index).padStart(2, "0")}`);
    // Five in each moment.
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

  it("lists an owner's jobs by state and type, as they are now", async () => {
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

  it("lists no job whose retention is over", async () => {
    const { clock, store, jobId } = prepare();
    await store.create(sampleJob({ jobId, state: "succeeded", finishedAt: clock.now() }));

    await clock.advance(retentionDays * dayMilliseconds);

    expect((await store.listOwned("alice", { limit: 10 })).jobs).toEqual([]);
  });
}

/** The ids of each page, to the end. */
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
