import { beforeEach, describe, expect, it } from "vitest";
import { silentLog } from "../../runtime/log.ts";
import { changeJob } from "../jobs/change-job.ts";
import { cancel } from "../jobs/machine.ts";
import { createRunningPermits } from "../owners/running-permits.ts";
import { createMemoryCounts, type MemoryCounts } from "../owners/testing/memory-counts.ts";
import { createWaitingExits } from "../owners/waiting-exits.ts";
import { processMessage } from "./process-message.ts";
import { createWorld, drainSignals, type World } from "./testing/worker-world.ts";

const second = 1_000;

let world: World;
let counts: MemoryCounts;
beforeEach(() => {
  world = createWorld();
  counts = createMemoryCounts();
});

/** Receives the visible message and begins to process it, with at most one running job for each owner. */
async function begin(deps: World["deps"]): Promise<{ working: Promise<void> }> {
  const working = processMessage(deps, await world.receive(), drainSignals().signals);
  await world.clock.advance(0);
  return { working };
}

function limited(): World["deps"] {
  const { clock } = world;
  const permits = createRunningPermits({
    counts,
    clock,
    log: silentLog,
    random: () => 0,
    workerId: "w",
    limit: 1,
    slots: 4,
  });
  return { ...world.deps, permits, waiting: createWaitingExits({ counts, clock, log: silentLog }) };
}

describe("an owner at the limit of its running jobs", () => {
  it("has its further messages deferred, without an attempt", async () => {
    const deps = limited();
    await world.submit();
    await begin(deps);
    await world.submit({ jobId: "job-2" });

    await begin(deps);

    expect(world.job("job-2")).toMatchObject({ state: "queued", attempts: 0, version: 1 });
    expect(world.queue.counts()).toMatchObject({ visible: 0, inFlight: 2 });
    await world.clock.advance(5 * second);
    expect(world.queue.counts()).toMatchObject({ visible: 1 });
  });

  it("never has a message dead-lettered, however often it is deferred", async () => {
    const deps = limited();
    await world.submit();
    await begin(deps);
    await world.submit({ jobId: "job-2" });

    for (let receives = 0; receives < 20; receives++) {
      await begin(deps);
      await world.clock.advance(5 * second);
    }

    expect(world.queue.deadLetters).toEqual([]);
    expect(world.queue.counts()).toMatchObject({ visible: 1 });
  });

  it("cannot fill the queue with messages of jobs that it cancels", async () => {
    const deps = limited();
    await world.submit();
    await begin(deps);
    await world.submit({ jobId: "job-2" });
    await begin(deps);

    await changeJob(world.store, { owner: "alice", jobId: "job-2" }, (job) => cancel(job, world.clock.now()));
    await world.clock.advance(5 * second);
    await begin(deps);

    expect(world.queue.counts()).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
  });

  it("runs its next job when the first has ended, and other owners' jobs meanwhile", async () => {
    const deps = limited();
    await world.submit();
    const { working } = await begin(deps);
    await world.submit({ owner: "bob", jobId: "job-b" });
    await begin(deps);
    expect(world.job("job-b")).toMatchObject({ state: "running" });

    world.runners.runs[0]?.succeed();
    await working;
    await world.submit({ jobId: "job-2" });
    await begin(deps);

    expect(world.job("job-2")).toMatchObject({ state: "running" });
  });
});

describe("the count of waiting jobs", () => {
  const waiting = { owner: "alice", name: "waiting" };

  it("falls at a job's first start, and not at a later one", async () => {
    await counts.add(waiting, 2, { most: 2, expiresAt: 9_999 });
    const deps = { ...limited(), permits: world.deps.permits };
    await world.submit();
    await world.submit({ jobId: "job-2", attempts: 1, fence: 1 });

    await begin(deps);
    await begin(deps);
    await world.clock.advance(second);

    expect(counts.peek(waiting)).toBe(1);
  });
});
