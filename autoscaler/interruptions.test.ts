import { beforeEach, describe, expect, it } from "vitest";
import { TickWorld } from "./testing/tick-world.ts";

let world: TickWorld;
beforeEach(async () => {
  world = new TickWorld();
  world.jobs = { visible: 400, inFlight: 2, delayed: 0 };
  world.arrivalsPerSecond = 8;
  await world.ticks(6);
});

/** The burst continues, with all slots busy. */
function continueBurst(): void {
  world.jobs = { visible: 60, inFlight: world.tasks.running * 2, delayed: 0 };
}

describe("in the middle of a burst, a controller that", () => {
  it("has lost its state keeps the desired count", async () => {
    continueBurst();
    const before = world.tasks.desired;
    world.savedState = undefined;

    await world.tick();

    expect(world.tasks.desired).toBe(before);
  });

  it.each([1, 5, 20])("was stopped for %d minutes keeps the desired count at its next tick", async (minutes) => {
    continueBurst();
    const before = world.tasks.desired;
    await world.clock.advance(minutes * 60_000);

    await world.tick();

    expect(world.tasks.desired).toBe(before);
  });

  it("has lost its state and finds an empty queue waits a window before it scales in", async () => {
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

  it("finds the state of an unknown version keeps the desired count", async () => {
    continueBurst();
    const before = world.tasks.desired;
    world.savedState = { ...world.savedState, version: 999 } as never;

    await world.tick();

    expect(world.tasks.desired).toBe(before);
  });

  it.each(["countJobs", "countTasks"])(
    "cannot read queue or service (%s) for ten minutes changes nothing",
    async (method) => {
      const before = { tasks: world.tasks, minCapacity: world.minCapacity, minSize: world.minSize };
      world.failing.add(method);

      await world.ticks(60);

      expect({ tasks: world.tasks, minCapacity: world.minCapacity, minSize: world.minSize }).toEqual(before);
    },
  );

  it.each([["readArrivals"], ["readWorkers"], ["readArrivals", "readWorkers"]])(
    "cannot read arrivals or workers (%s) while jobs wait does not scale in",
    async (...methods) => {
      world.jobs = { visible: 400, inFlight: world.tasks.running * 2, delayed: 0 };
      await world.tick();
      const before = world.tasks.desired;
      for (const method of methods) world.failing.add(method);

      await world.ticks(30);

      expect(world.tasks.desired).toBeGreaterThanOrEqual(before);
    },
  );
});

describe("minTasks and maxTasks", () => {
  it("take effect at once when minTasks is raised", async () => {
    world.settings = { ...world.settings, minTasks: 18 };

    await world.tick();

    expect(world.tasks.desired).toBeGreaterThanOrEqual(18);
    expect(world.minCapacity).toBeGreaterThanOrEqual(18);
  });

  it("scale in when maxTasks is lowered below the running tasks", async () => {
    world.settings = { ...world.settings, maxTasks: 3 };

    await world.tick();

    expect(world.tasks.desired).toBe(3);
    expect(world.minCapacity).toBe(3);
  });
});
