import { beforeEach, describe, expect, it } from "vitest";
import { TickWorld } from "./testing/tick-world.ts";

let world: TickWorld;
beforeEach(async () => {
  world = new TickWorld();
  world.jobs = { visible: 400, inFlight: 2, delayed: 0 };
  world.arrivalsPerSecond = 8;
  await world.ticks(6);
});

/** The burst goes on, with all tasks at work. */
function goOn(): void {
  world.jobs = { visible: 60, inFlight: world.tasks.running * 2, delayed: 0 };
}

describe("in the middle of a burst, a controller that", () => {
  it("was killed and has lost its state neither scales in nor jumps", async () => {
    goOn();
    const before = world.tasks.desired;
    world.savedState = undefined;

    await world.tick();

    expect(world.tasks.desired).toBe(before);
  });

  it.each([1, 5, 20])("was away for %d minutes neither scales in nor jumps when it comes back", async (minutes) => {
    goOn();
    const before = world.tasks.desired;
    await world.clock.advance(minutes * 60_000);

    await world.tick();

    expect(world.tasks.desired).toBe(before);
  });

  it("sees an empty queue after it has lost its state still waits before it scales in", async () => {
    const before = world.tasks.desired;
    world.savedState = undefined;
    world.jobs = { visible: 0, inFlight: 0, delayed: 0 };
    world.arrivalsPerSecond = 0;

    await world.ticks(3);
    const within = world.tasks.desired;
    await world.ticks(60);

    expect(within).toBe(before);
    expect(world.tasks.desired).toBe(1);
  });

  it("finds the state of a version it does not know begins as if it had none", async () => {
    goOn();
    const before = world.tasks.desired;
    world.savedState = { ...world.savedState, version: 999 } as never;

    await world.tick();

    expect(world.tasks.desired).toBe(before);
  });

  it.each(["countJobs", "countTasks"])("is blind (%s) for ten minutes leaves all as it is", async (sense) => {
    const before = { tasks: world.tasks, minCapacity: world.minCapacity, minSize: world.minSize };
    world.failing.add(sense);

    await world.ticks(60);

    expect({ tasks: world.tasks, minCapacity: world.minCapacity, minSize: world.minSize }).toEqual(before);
  });

  it.each([["readArrivals"], ["readWorkers"], ["readArrivals", "readWorkers"]])(
    "no longer hears of the flow (%s) while jobs wait does not scale in",
    async (...collectors) => {
      world.jobs = { visible: 400, inFlight: world.tasks.running * 2, delayed: 0 };
      await world.tick();
      const before = world.tasks.desired;
      for (const sense of collectors) world.failing.add(sense);

      await world.ticks(30);

      expect(world.tasks.desired).toBeGreaterThanOrEqual(before);
    },
  );
});

describe("bounds", () => {
  it("count at once when they change", async () => {
    world.settings = { ...world.settings, minTasks: 18 };

    await world.tick();

    expect(world.tasks.desired).toBeGreaterThanOrEqual(18);
    expect(world.minCapacity).toBeGreaterThanOrEqual(18);
  });

  it("below what runs let tasks go in the ordinary way", async () => {
    world.settings = { ...world.settings, maxTasks: 3 };

    await world.tick();

    expect(world.tasks.desired).toBe(3);
    expect(world.minCapacity).toBe(3);
  });
});
