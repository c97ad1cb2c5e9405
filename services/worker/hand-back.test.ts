import { beforeEach, describe, expect, it } from "vitest";
import { begin, createWorld, drainSignals, type World } from "./testing/worker-world.ts";

let world: World;
beforeEach(() => {
  world = createWorld();
});

describe("a job that is handed back", () => {
  it("is visible to other workers at once, and uses no attempt", async () => {
    const drain = drainSignals();
    await world.submit();
    const { working } = await begin(world, drain);

    drain.beginHandBack();
    await world.clock.advance(1_000);
    await working;

    expect(world.runners.latest().stops).toEqual([1_000]);
    expect(world.job()).toMatchObject({ state: "queued", attempts: 0, stateSince: world.clock.now() });
    expect(world.queue.counts()).toMatchObject({ visible: 1 });
    expect(world.effects.done.slice(-2)).toEqual(["store.replace", "queue.defer"]);
  });

  it("keeps its attempts and its message through more drains than maxReceiveCount", async () => {
    await world.submit();

    for (let drains = 0; drains < 12; drains++) {
      const drain = drainSignals();
      const { working } = await begin(world, drain);
      drain.beginHandBack();
      await world.clock.advance(1_000);
      await working;
    }
    const { working } = await begin(world);
    world.runners.latest().succeed();
    await working;

    expect(world.job()).toMatchObject({ state: "succeeded", attempts: 1 });
    expect(world.queue.deadLetters).toEqual([]);
  });

  it("is not started if the drain began before its claim", async () => {
    const drain = drainSignals();
    await world.submit();

    drain.beginDrain();
    const { working } = await begin(world, drain);
    await working;

    expect(world.effects.done).toEqual(["queue.defer"]);
    expect(world.queue.counts()).toMatchObject({ visible: 1 });
  });
});
