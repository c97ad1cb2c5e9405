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

/** Claims the job like another worker after the lease. */
async function takeOver(): Promise<void> {
  const now = world.clock.now();
  await changeJob(world.store, key, (job) => claim(job, { token: "another", milliseconds: lease }, now));
}

describe("a job that runs longer than its lease", () => {
  it("keeps its lease and its message, and updates its progress", async () => {
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

  it("continues if its message cannot be extended, because it has the lease", async () => {
    world.effects.outage("queue.extend");

    await world.clock.advance(2 * lease);
    world.runners.latest().succeed();
    await working;

    expect(world.job()).toMatchObject({ state: "succeeded", attempts: 1 });
  });
});

describe("a job that ends during a heartbeat", () => {
  it("is finished after the heartbeat, with the version that it wrote", async () => {
    const landing = Promise.withResolvers<void>();
    const { replace } = world.store;
    const written: (string | number)[] = [];
    world.store.replace = async (next, before) => {
      written.push(`${next.state} ${next.version}`);
      if (next.state === "running") await landing.promise;
      return replace(next, before);
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

describe("a cancelled running job", () => {
  it("is stopped at the next heartbeat, within seconds even with a long lease, and ends as cancelled", async () => {
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
  it("kills the handler and does not touch record and message", async () => {
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

describe("an unavailable store during a run", () => {
  it("is asked again for the lease, and the job continues if it answers in time", async () => {
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

  it.each(["before", "after", "hang"] as const)(
    "makes the worker stop the job at the end of the lease (%s)",
    async (fault) => {
      const until = world.job().lease?.until ?? 0;
      // Heartbeats whose answers were lost extended the stored lease beyond the one that the worker knows.
      world.effects.inject((effect) => (effect.startsWith("store.") ? fault : undefined));

      await world.clock.advance(until - world.clock.now() - 1);
      const stoppedEarly = world.runners.latest().stops.length;
      await world.clock.advance(1);
      await working;

      expect(stoppedEarly).toBe(0);
      expect(world.runners.latest().stops).toEqual([0]);
      expect(world.queue.counts().visible + world.queue.counts().inFlight).toBe(1);
    },
  );
});

describe("a worker that was frozen beyond its lease", () => {
  /** Advances the time without firing timers: all are late. */
  function freeze(milliseconds: number): void {
    const thawed = world.clock.now() + milliseconds;
    const now = world.clock.now.bind(world.clock);
    world.clock.now = () => Math.max(now(), thawed);
  }

  it("stops the job if another worker has claimed it", async () => {
    freeze(2 * lease);
    await takeOver();

    await world.clock.advance(lease / 3);
    await working;

    expect(world.runners.latest().stops).toEqual([0]);
    expect(world.job()).toMatchObject({ state: "running", interruptions: 1, lease: { token: "another" } });
  });

  it("cannot finish the job if another worker has claimed it", async () => {
    freeze(2 * lease);
    await takeOver();

    world.runners.latest().succeed();
    await working;

    expect(world.job()).toMatchObject({ state: "running", lease: { token: "another" } });
    expect(world.effects.done).not.toContain("queue.deleteBatch");
  });

  it("continues if no other worker has", async () => {
    freeze(2 * lease);

    await world.clock.advance(lease / 3);
    world.runners.latest().succeed();
    await working;

    expect(world.job()).toMatchObject({ state: "succeeded", attempts: 1 });
  });

  it("may finish the job if no other worker has claimed it", async () => {
    freeze(2 * lease);

    world.runners.latest().succeed();
    await working;

    expect(world.job()).toMatchObject({ state: "succeeded", attempts: 1 });
  });
});
