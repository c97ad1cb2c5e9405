import { beforeEach, describe, expect, it } from "vitest";
import { limits } from "../../contract/limits.ts";
import { changeJob } from "../jobs/change-job.ts";
import { cancel, claim } from "../jobs/machine.ts";
import { sampleJob } from "../jobs/testing/sample-job.ts";
import { processMessage } from "./process-message.ts";
import { createWorld, drainSignals, lease, type World } from "./testing/worker-world.ts";

const key = sampleJob();
const beat = limits.heartbeatSeconds * 1000;

let world: World;
let working: Promise<void>;
beforeEach(async () => {
  world = createWorld();
  await world.submit();
  working = processMessage(world.deps, await world.receive(), drainSignals().signals);
  await world.clock.advance(0);
});

/** As another worker would, after the lease. */
async function takeOver(): Promise<void> {
  const now = world.clock.now();
  await changeJob(world.store, key, (job) => claim(job, { token: "another", milliseconds: lease }, now));
}

describe("a job that runs for longer than its lease", () => {
  it("keeps its lease and its message, and shows its progress", async () => {
    world.runners.latest().share = 0.4;

    await world.clock.advance(beat);
    const shown = world.job().progress;
    await world.clock.advance(3 * lease);

    expect(shown).toBe(0.4);
    expect(world.job()).toMatchObject({ state: "running", attempts: 1, progress: 0.4 });
    expect(world.job().lease?.until).toBeGreaterThan(world.clock.now() + lease / 2);
    expect(world.queue.counts()).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
    world.runners.latest().succeed();
    await working;
    expect(world.job()).toMatchObject({ state: "succeeded", attempts: 1 });
  });

  it("goes on when its message cannot be extended: the lease protects it", async () => {
    world.effects.outage("queue.extend");

    await world.clock.advance(2 * lease);
    world.runners.latest().succeed();
    await working;

    expect(world.job()).toMatchObject({ state: "succeeded", attempts: 1 });
  });
});

describe("a job that ends while a beat is under way", () => {
  it("is finished once the beat has landed, by the version that the beat wrote", async () => {
    const landing = Promise.withResolvers<void>();
    const { replace } = world.store;
    const written: (string | number)[] = [];
    world.store.replace = async (next) => {
      written.push(`${next.state} ${next.version}`);
      if (next.state === "running") await landing.promise;
      return replace(next);
    };
    await world.clock.advance(beat);
    world.effects.done.length = 0;

    world.runners.latest().succeed();
    await world.clock.advance(1_000);
    const writtenEarly = [...written];
    landing.resolve();
    await working;

    expect(writtenEarly).toEqual(["running 3"]);
    expect(written).toEqual(["running 3", "succeeded 4"]);
    expect(world.effects.done).not.toContain("store.load");
  });
});

describe("a job that its owner cancels", () => {
  it("is stopped with the next beat, soon also where a lease is long, and has been cancelled then", async () => {
    await changeJob(world.store, key, (job) => cancel(job, world.clock.now()));

    await world.clock.advance(beat);
    const stopped = world.runners.latest().stops;
    await world.clock.advance(5_000);
    await working;

    expect(stopped).toEqual([5_000]);
    expect(world.job()).toMatchObject({ state: "cancelled" });
    expect(world.queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });
});

describe("a worker that loses its lease", () => {
  it("kills the handler and leaves record and message alone", async () => {
    world.store.replace = async () => false;
    const before = world.job();
    world.store.load = async () => ({ ...before, version: 9, lease: { token: "another", until: Number.MAX_VALUE } });
    world.effects.done.length = 0;

    await world.clock.advance(lease / 3);
    await working;

    expect(world.runners.latest().stops).toEqual([0]);
    expect(world.effects.done).toEqual(["store.replace", "store.load"]);
    expect(world.queue.counts()).toMatchObject({ inFlight: 1 });
  });
});

describe("a store that is away during a run", () => {
  it("is asked for the lease again, and the job goes on when it comes back in time", async () => {
    world.effects.outage("store.replace", "store.load");

    await world.clock.advance(lease - 3_000);
    world.effects.endOutage();
    await world.clock.advance(lease);
    const isRunning = world.runners.active().length === 1;
    world.runners.latest().succeed();
    await working;

    expect(isRunning).toBe(true);
    expect(world.job()).toMatchObject({ state: "succeeded", attempts: 1 });
  });

  it.each(["before", "after", "hang"] as const)("makes the worker stop when the lease is over (%s)", async (fault) => {
    const until = world.job().lease?.until ?? 0;
    // Beats that were written, unknown to the worker, made the true lease longer than the one it knows of.
    world.effects.inject((effect) => (effect.startsWith("store.") ? fault : undefined));

    await world.clock.advance(until - world.clock.now() - 1);
    const stoppedEarly = world.runners.latest().stops.length;
    await world.clock.advance(1);
    await working;

    expect(stoppedEarly).toBe(0);
    expect(world.runners.latest().stops).toEqual([0]);
    expect(world.queue.counts().visible + world.queue.counts().inFlight).toBe(1);
  });
});

describe("a worker that stood still beyond its lease", () => {
  /** Nothing happens meanwhile: all timers are late. */
  function freeze(milliseconds: number): void {
    const thawed = world.clock.now() + milliseconds;
    const now = world.clock.now.bind(world.clock);
    world.clock.now = () => Math.max(now(), thawed);
  }

  it("stops when another has taken the job", async () => {
    freeze(2 * lease);
    await takeOver();

    await world.clock.advance(lease / 3);
    await working;

    expect(world.runners.latest().stops).toEqual([0]);
    expect(world.job()).toMatchObject({ state: "running", attempts: 2, lease: { token: "another" } });
  });

  it("finds its finish refused when another has taken the job", async () => {
    freeze(2 * lease);
    await takeOver();

    world.runners.latest().succeed();
    await working;

    expect(world.job()).toMatchObject({ state: "running", lease: { token: "another" } });
    expect(world.effects.done).not.toContain("queue.delete");
  });

  it("goes on when nobody has", async () => {
    freeze(2 * lease);

    await world.clock.advance(lease / 3);
    world.runners.latest().succeed();
    await working;

    expect(world.job()).toMatchObject({ state: "succeeded", attempts: 1 });
  });

  it("may finish when nobody has taken the job", async () => {
    freeze(2 * lease);

    world.runners.latest().succeed();
    await working;

    expect(world.job()).toMatchObject({ state: "succeeded", attempts: 1 });
  });
});
