import { describe, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { changeJob } from "./change-job.ts";
import { cancel, claim, heartbeat } from "./machine.ts";
import { createMemoryStore } from "./testing/memory-store.ts";
import { runningJob, sampleJob } from "./testing/sample-job.ts";

const job = sampleJob();
const lease = { token: "token-1", milliseconds: 30_000 };
const now = 2_000;

function prepare() {
  const store = createMemoryStore({ clock: new ManualClock(now), retentionDays: 1 });
  let loads = 0;
  const load: typeof store.load = (key) => {
    loads += 1;
    return store.load(key);
  };
  return { store: { ...store, load }, loads: () => loads };
}

describe("changing a job", () => {
  it("writes what the transition makes of the job", async () => {
    const { store } = prepare();
    await store.create(job);

    const result = await changeJob(store, job, (stored) => claim(stored, lease, now));

    expect(result).toMatchObject({ accepted: true, job: { state: "running" } });
    expect(await store.load(job)).toMatchObject({ state: "running", version: 2 });
  });

  it("answers undefined when there is no such job", async () => {
    expect(await changeJob(prepare().store, job, (stored) => claim(stored, lease, now))).toBeUndefined();
  });

  it("reads nothing when the job is as it was known", async () => {
    const { store, loads } = prepare();
    await store.create(job);

    await changeJob(store, job, (stored) => claim(stored, lease, now), job);

    expect(loads()).toBe(0);
  });

  it("asks again on the newer record when someone else wrote first", async () => {
    const { store } = prepare();
    await store.create({ ...runningJob(9_000), version: 3, cancelRequestedAt: 1_500 });

    await changeJob(store, job, (stored) => heartbeat(stored, lease, { progress: 0.5 }, now), runningJob(9_000));

    expect(await store.load(job)).toMatchObject({ version: 4, progress: 0.5, cancelRequestedAt: 1_500 });
  });

  it("does not believe a refusal by a record that may be outdated", async () => {
    const { store } = prepare();
    await store.create(job);
    const outdated = runningJob(9_000, { version: 1 });

    const result = await changeJob(store, job, (stored) => claim(stored, lease, now), outdated);

    expect(result).toMatchObject({ accepted: true });
  });

  it("says that a finished job refuses", async () => {
    const { store } = prepare();
    await store.create(sampleJob({ state: "failed", finishedAt: now }));

    expect(await changeJob(store, job, (stored) => cancel(stored, now))).toMatchObject({ reason: "finished" });
  });

  it("gives up when others always write first", async () => {
    const { store } = prepare();
    await store.create(job);

    const changed = changeJob({ ...store, replace: async () => false }, job, (stored) => claim(stored, lease, now));

    await expect(changed).rejects.toMatchObject({ code: "contention", details: { owner: "alice", jobId: "job-1" } });
  });
});
