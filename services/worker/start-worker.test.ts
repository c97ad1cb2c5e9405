import { beforeEach, describe, expect, it } from "vitest";
import { startWorker, type Worker } from "./start-worker.ts";
import { createWorld, lease, type World } from "./testing/worker-world.ts";

const stopTimeout = 30_000;

let world: World;
let worker: Worker;
beforeEach(() => {
  world = createWorld();
});

async function start(slots = 3): Promise<void> {
  worker = startWorker({
    ...world.deps,
    runners: world.runners,
    slots,
    stopTimeoutMilliseconds: stopTimeout,
    deleteWindowMilliseconds: 20,
  });
  await world.clock.advance(0);
}

async function submit(...jobIds: string[]): Promise<void> {
  for (const jobId of jobIds) await world.submit({ jobId });
  await world.clock.advance(0);
}

function drain(): { isOver(): boolean; over: Promise<void> } {
  let isOver = false;
  const over = worker.drain().then(() => {
    isOver = true;
  });
  return { isOver: () => isOver, over };
}

describe("a worker", () => {
  it("runs as many jobs at once as it has slots, and finally all", async () => {
    const jobIds = ["a", "b", "c", "d", "e"];
    let most = 0;
    world.runners.behave((run) => {
      most = Math.max(most, world.runners.active().length);
      world.clock.after(1_000, () => run.succeed());
    });

    await start(2);
    await submit(...jobIds);
    await world.clock.advance(10_000);

    expect(most).toBe(2);
    for (const jobId of jobIds) expect(world.job(jobId)).toMatchObject({ state: "succeeded", attempts: 1 });
    expect(world.queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    await worker.drain();
  });
});

describe("a drain", () => {
  it("ends at once without jobs", async () => {
    await start();

    await worker.drain();
  });

  it("lets a job finish, takes no other, and ends", async () => {
    await start(1);
    await submit("a", "b");

    const draining = drain();
    await world.clock.advance(20_000);
    const wasOverEarly = draining.isOver();
    world.runners.latest().succeed();
    await draining.over;

    expect(wasOverEarly).toBe(false);
    expect(world.job("a")).toMatchObject({ state: "succeeded", attempts: 1 });
    expect(world.job("b")).toMatchObject({ state: "queued", attempts: 0 });
    expect(world.queue.counts()).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
  });

  it("hands back jobs that do not finish, before the worker is killed", async () => {
    await start();
    await submit("a", "b");

    const draining = drain();
    await world.clock.advance(stopTimeout - 1);

    expect(draining.isOver()).toBe(true);
    for (const jobId of ["a", "b"]) expect(world.job(jobId)).toMatchObject({ state: "queued", attempts: 0 });
    expect(world.queue.counts()).toEqual({ visible: 2, inFlight: 0, delayed: 0 });
    expect(world.runners.active()).toEqual([]);
  });

  it("sends the last traces in the remaining time", async () => {
    const reports: { patience: number; active: number; at: number }[] = [];
    const close = async (patience: number) => {
      reports.push({ patience, active: world.runners.active().length, at: world.clock.now() });
    };
    world.deps.tracer = { ...world.deps.tracer, close };
    await start();
    await submit("a");
    const begin = world.clock.now();

    const draining = drain();
    await world.clock.advance(stopTimeout - 1);

    expect(draining.isOver()).toBe(true);
    expect(reports).toMatchObject([{ active: 0 }]);
    expect((reports[0]?.at ?? 0) + (reports[0]?.patience ?? 0)).toBeLessThan(begin + stopTimeout);
  });

  it("ignores a second signal", async () => {
    await start();
    await submit("a");

    const first = drain();
    await world.clock.advance(20_000);
    const second = drain();
    await world.clock.advance(stopTimeout - 20_000 - 1);

    expect([first.isOver(), second.isOver()]).toEqual([true, true]);
    expect(world.effects.done.filter((effect) => effect === "queue.defer")).toHaveLength(1);
  });

  it("ends in time even if the store does not answer; another worker processes the job", async () => {
    await start();
    await submit("a");
    world.effects.outage("store.claimDue", "store.replace", "store.load");

    const draining = drain();
    await world.clock.advance(stopTimeout - 1);
    const wasOver = draining.isOver();
    world.effects.endOutage();
    await world.clock.advance(lease);
    world.runners.behave((run) => run.succeed());
    await start();
    await world.clock.advance(2 * lease);

    expect(wasOver).toBe(true);
    expect(world.job("a")).toMatchObject({ state: "succeeded" });
    await worker.drain();
  });
});
