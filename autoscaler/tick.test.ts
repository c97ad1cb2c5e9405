import { beforeEach, describe, expect, it } from "vitest";
import { TickWorld } from "./testing/tick-world.ts";

let world: TickWorld;
beforeEach(() => {
  world = new TickWorld();
});

/** A burst that one task cannot get through in time. */
function burst(): void {
  world.jobs = { visible: 400, inFlight: 2, delayed: 0 };
  world.arrivalsPerSecond = 4;
}

describe("a steering tick", () => {
  it("lifts the floor for tasks and instances in a burst, and publishes what it decided", async () => {
    burst();

    const result = await world.tick();

    expect(result).toMatchObject({ outcome: "decided" });
    expect(world.tasks.desired).toBeGreaterThan(10);
    expect(world.done).toEqual([
      `floor ${world.floor}`,
      `instances ${world.instanceFloor}`,
      `publish ${world.floor * 100} % stranded 0`,
    ]);
    expect(world.instanceFloor).toBe(Math.ceil(world.floor / 4));
  });

  it("moves nothing again while nothing changes", async () => {
    burst();
    await world.tick();
    world.done.length = 0;

    await world.tick();

    expect(world.done.filter((what) => !what.startsWith("publish"))).toEqual([]);
  });

  it("keeps what it saw and did", async () => {
    burst();

    await world.tick();

    expect(world.records).toMatchObject([
      { sample: { visibleJobs: 400 }, unseen: [], outcomes: [{ action: { kind: "set-floor" } }, {}] },
    ]);
  });

  it("wakes a service from zero by itself, so that nobody else does as well", async () => {
    world.policy = { ...world.policy, minTasks: 0 };
    world.tasks = { running: 0, pending: 0, desired: 0 };
    world.floor = 0;
    world.jobs = { visible: 1, inFlight: 0, delayed: 0 };

    await world.tick();

    expect(world.done).toContain("floor 1");
    expect(world.done.at(-1)).toMatch(/stranded 0$/);
  });

  it("calls for the step policy when it cannot wake the service itself", async () => {
    world.policy = { ...world.policy, minTasks: 0 };
    world.tasks = { running: 0, pending: 0, desired: 0 };
    world.floor = 0;
    world.jobs = { visible: 1, inFlight: 0, delayed: 0 };
    world.failing.add("setFloor");

    await world.tick();

    expect(world.done.at(-1)).toMatch(/stranded 1$/);
  });
});

describe("a tracking tick", () => {
  it("publishes, moves no task, and puts back what steering left behind", async () => {
    burst();
    await world.tick();
    const { tasks } = world;
    world.done.length = 0;
    world.mode = { kind: "tracking", movesInstances: true };

    await world.tick();
    await world.tick();

    expect(world.done.filter((what) => !what.startsWith("publish"))).toEqual(["floor 1", "instances 0"]);
    expect(world.tasks).toEqual(tasks);
  });
});

describe("what cannot be seen", () => {
  it.each([
    ["countJobs", "the queue could not be seen: countJobs failed"],
    ["countTasks", "the service could not be seen: countTasks failed"],
  ])("%s: nothing is published, moved or remembered, and it says why", async (sense, reason) => {
    burst();
    world.failing.add(sense);

    const result = await world.tick();

    expect(result).toEqual({ outcome: "blind", reason });
    expect(world.done).toEqual([]);
    expect(world.kept).toBeUndefined();
  });

  it.each(["readArrivals", "readWorkers", "listInstances"])("%s: it goes on with what it knows", async (sense) => {
    burst();
    await world.tick();
    const { desired } = world.tasks;
    world.failing.add(sense);

    await world.ticks(3);

    expect(world.tasks.desired).toBe(desired);
    expect(world.records.at(-1)?.unseen).toEqual([expect.stringContaining("could not be seen")]);
  });

  it("is not moved: a floor that cannot be read stays, and so does the count under it", async () => {
    world.tasks = { running: 8, pending: 0, desired: 8 };
    world.failing.add("readFloor").add("readInstanceFloor");

    await world.ticks(60);

    expect(world.done.filter((what) => !what.startsWith("publish"))).toEqual([]);
  });
});

describe("a failing hand", () => {
  it("is told, stops nothing else, and is tried again", async () => {
    burst();
    world.failing.add("setFloor");
    const first = await world.tick();
    world.failing.clear();

    await world.tick();

    expect(first).toMatchObject({ outcomes: [{ error: "setFloor failed" }, { error: undefined }] });
    expect(world.done).toContain(`floor ${world.floor}`);
    expect(world.tasks.desired).toBeGreaterThan(10);
  });
});

describe("the lease", () => {
  it("leaves everything alone while another controller holds it", async () => {
    burst();
    world.isLeaseElsewhere = true;

    expect(await world.tick()).toEqual({ outcome: "not-ours" });
    expect(world.done).toEqual([]);
  });

  it("stops a controller that lost it while it looked, before it moves anything", async () => {
    burst();
    const deps = world.deps();
    const { tick } = await import("./tick.ts");

    const result = await tick({ ...deps, memory: { ...deps.memory, save: async () => false } }, { isLast: false });

    expect(result).toEqual({ outcome: "not-ours" });
    expect(world.done).toEqual([]);
  });
});
