import { beforeEach, describe, expect, it } from "vitest";
import { AppError } from "../../runtime/errors.ts";
import { runningJob, sampleJob } from "../jobs/testing/sample-job.ts";
import { processMessage } from "./process-message.ts";
import { createWorld, drainSignals, lease, type World } from "./testing/worker-world.ts";

let world: World;
beforeEach(() => {
  world = createWorld();
});

async function work(drain = drainSignals()): Promise<void> {
  const working = processMessage(world.deps, await world.receive(), drain.signals);
  await world.clock.advance(0);
  return working;
}

describe("a message with nothing to do", () => {
  it("is visible again when another worker's lease has expired", async () => {
    await world.submit(runningJob(world.clock.now() + 10_000));

    await work();

    expect(world.runners.runs).toEqual([]);
    expect(world.queue.counts()).toMatchObject({ visible: 0, inFlight: 1 });
    await world.clock.advance(10_000);
    expect(world.queue.counts()).toMatchObject({ visible: 1 });
  });

  it("is visible again when its job is due", async () => {
    await world.submit({ stateSince: world.clock.now() + 4_000 });

    await work();

    expect(world.job()).toMatchObject({ state: "queued", attempts: 0 });
    await world.clock.advance(4_000);
    expect(world.queue.counts()).toMatchObject({ visible: 1 });
  });

  it.each(["succeeded", "failed", "cancelled"] as const)("is deleted if its job has %s", async (state) => {
    await world.submit({ state, finishedAt: world.clock.now() });

    await work();

    expect(world.effects.done).toEqual(["store.claimDue", "store.load", "queue.deleteBatch"]);
    expect(world.queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it("is left to the redrive policy if its job does not exist", async () => {
    await world.queue.send({ owner: "alice", jobId: "unheard-of" }, 0);

    await work();

    expect(world.effects.done).toEqual(["store.claimDue", "store.load"]);
    expect(world.queue.counts()).toMatchObject({ inFlight: 1 });
  });

  it("is left to the redrive policy if the record is invalid", async () => {
    await world.submit();
    world.deps.store.claimDue = () => Promise.reject(new AppError("unreadable-record", "nonsense"));

    await work();

    expect(world.effects.done).toEqual([]);
  });

  it("waits for a newer worker if one wrote the record, and is never dead-lettered", async () => {
    await world.submit();
    world.deps.store.claimDue = async () => undefined;
    world.deps.store.load = () => Promise.reject(new AppError("newer-record", "from the future"));

    for (let receives = 0; receives < 12; receives++) {
      await work();
      await world.clock.advance(lease);
    }

    expect(world.queue.counts()).toMatchObject({ visible: 1 });
    expect(world.queue.deadLetters).toEqual([]);
  });
});

describe("two messages of one job", () => {
  it("start one run, and the second is deleted after the job has ended", async () => {
    await world.submit();
    await world.queue.send(sampleJob(), 0);

    const first = work();
    await work();
    const runs = world.runners.runs.length;
    world.runners.latest().succeed();
    await first;
    await world.clock.advance(lease);
    await work();

    expect(runs).toBe(1);
    expect(world.runners.runs).toHaveLength(1);
    expect(world.queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });
});

describe("a job whose worker died", () => {
  it("is started again after its lease has expired", async () => {
    await world.submit(runningJob(world.clock.now() - 1));

    const working = work();
    await world.clock.advance(0);
    world.runners.latest().succeed();
    await working;

    expect(world.job()).toMatchObject({ state: "succeeded", attempts: 1, interruptions: 1, fence: 2 });
  });

  it("has failed if that was its last attempt", async () => {
    await world.submit(runningJob(world.clock.now() - 1, { attempts: 3, interruptions: 2 }));

    await work();

    expect(world.job()).toMatchObject({ state: "failed", error: { code: "lease-expired" } });
    expect(world.queue.deadLetters).toHaveLength(1);
    expect(world.effects.done.slice(-2)).toEqual(["store.replace", "queue.deadLetter"]);
  });
});

describe("an unavailable store at the claim", () => {
  it("is asked again until it answers", async () => {
    await world.submit();
    world.effects.outage("store.claimDue");
    const working = work();
    await world.clock.advance(2_000);

    world.effects.endOutage();
    await world.clock.advance(5_000);
    world.runners.latest().succeed();
    await working;

    expect(world.job()).toMatchObject({ state: "succeeded", attempts: 1 });
  });

  it("uses no receives of the message, however long it lasts", async () => {
    await world.submit();
    world.effects.outage("store.claimDue");

    for (let receives = 0; receives < 12; receives++) {
      const working = work();
      await world.clock.advance(lease / 2);
      await working;
      await world.clock.advance(lease);
    }

    expect(world.queue.deadLetters).toEqual([]);
    expect(world.queue.counts()).toMatchObject({ visible: 1 });
  });

  it("does not start a job twice after the answer to a claim was lost", async () => {
    await world.submit();
    let isFirst = true;
    world.effects.inject((effect) => {
      if (effect !== "store.claimDue" || !isFirst) return undefined;
      isFirst = false;
      return "after";
    });

    const working = work();
    await world.clock.advance(1_000);
    world.runners.latest().succeed();
    await working;

    expect(world.job()).toMatchObject({ state: "succeeded", attempts: 1, fence: 1 });
  });

  it("does not delay a drain", async () => {
    const drain = drainSignals();
    await world.submit();
    world.effects.outage("store.claimDue");
    const working = work(drain);
    await world.clock.advance(1_000);

    drain.beginDrain();
    await working;

    expect(world.queue.counts()).toMatchObject({ visible: 1 });
  });
});
