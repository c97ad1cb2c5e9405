import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { type Json, jobTypes } from "../../../contract/job.ts";
import { dayMilliseconds } from "../../../contract/limits.ts";
import { ManualClock } from "../../../runtime/clock.ts";
import type { Position } from "../job.ts";
import { claim } from "../machine.ts";
import type { JobStore } from "../ports.ts";
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
    expect(await store.replace(sampleJob({ jobId, version: 2 }), sampleJob({ jobId }))).toBe(false);
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
      await store.claimDue(due, lease, 4_999, jobTypes),
      await store.claimDue(due, lease, 5_000, ["word-frequency"]),
      await store.claimDue(due, lease, 5_000, jobTypes),
      await store.claimDue(due, lease, 5_000, jobTypes),
    ];

    const expected = claim(due, lease, 5_000);
    expect(befores).toEqual([undefined, undefined, due, undefined]);
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
      [ended, { owner: "alice", jobId: "nobody" }].map((key) => store.claimDue(key, lease, 1e9, jobTypes)),
    );

    expect(befores).toEqual([undefined, undefined]);
    expect(await store.load(ended)).toEqual(ended);
    expect(await store.load({ owner: "alice", jobId: "nobody" })).toBeUndefined();
  });

  it("replaces no version but the previous one", async () => {
    const { store, jobId } = prepare();
    const stored = sampleJob({ jobId, version: 5 });
    await store.create(stored);

    const answers = await Promise.all(
      [4, 5, 7].map((version) => store.replace(runningJob(9_000, { jobId, version }), stored)),
    );

    expect(answers).toEqual([false, false, false]);
    expect(await store.load(stored)).toEqual(stored);
  });

  it("lets one of two concurrent writers replace", async () => {
    const { store, jobId } = prepare();
    const stored = sampleJob({ jobId });
    await store.create(stored);

    const rivals = ["token-1", "token-2"].map((token) => runningJob(9_000, { jobId, lease: { token, until: 9_000 } }));
    const answers = await Promise.all(rivals.map((rival) => store.replace(rival, stored)));

    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await store.load({ owner: "alice", jobId })).toEqual(rivals[answers.indexOf(true)]);
  });

  it("does not replace a new job under a reused id", async () => {
    const { store, jobId } = prepare();
    await store.create(sampleJob({ jobId, createdAt: 2_000 }));

    const replaced = await store.replace(
      runningJob(9_000, { jobId, createdAt: 1_000 }),
      sampleJob({ jobId, createdAt: 1_000 }),
    );

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

  it("gives each job of a group the next position, with the ids of the three before it", async () => {
    const { clock, store } = prepare();
    const group = { owner: "né/alice", groupId: randomUUID() };

    const positions: Position[] = [];
    for (const jobId of ["a", "b", "c", "d", "e"]) {
      positions.push(await store.takePosition({ ...group, jobId }));
      await clock.advance(1_000);
    }

    expect(positions.map(({ number, earlier }) => ({ number, earlier }))).toEqual([
      { number: 1, earlier: [] },
      { number: 2, earlier: ["a"] },
      { number: 3, earlier: ["b", "a"] },
      { number: 4, earlier: ["c", "b", "a"] },
      { number: 5, earlier: ["d", "c", "b"] },
    ]);
    const intervals = positions
      .slice(2)
      .map(({ settledAt }, index) => settledAt - Number(positions[index + 1]?.settledAt));
    expect(intervals).toEqual([1_000, 1_000, 1_000]);
  });

  it("counts the positions of each owner's groups apart", async () => {
    const { store } = prepare();
    const groupId = randomUUID();

    await store.takePosition({ owner: "alice", groupId, jobId: "a" });
    const others = [
      await store.takePosition({ owner: "bob", groupId, jobId: "b" }),
      await store.takePosition({ owner: "alice", groupId: `${groupId}-2`, jobId: "b" }),
    ];

    expect(others).toMatchObject([
      { number: 1, earlier: [] },
      { number: 1, earlier: [] },
    ]);
  });

  it("gives concurrent callers different positions", async () => {
    const { store } = prepare();
    const groupId = randomUUID();

    const taken = await Promise.all(
      Array.from({ length: 10 }, (_, index) => store.takePosition({ owner: "alice", groupId, jobId: String(index) })),
    );

    expect(new Set(taken.map(({ number }) => number)).size).toBe(10);
  });

  it("does not claim a job of a group without a read", async () => {
    const { store, jobId } = prepare();
    const job = sampleJob({ jobId, groupId: "group", position: { number: 1, earlier: [], settledAt: 0 } });
    await store.create(job);

    const before = await store.claimDue(job, { token: "token", milliseconds: 30_000 }, 2_000, jobTypes);

    expect(before).toBeUndefined();
    expect(await store.load(job)).toEqual(job);
  });
}
