import { beforeEach, describe, expect, it } from "vitest";
import { TickWorld } from "./testing/tick-world.ts";

let world: TickWorld;
beforeEach(() => {
  world = new TickWorld();
});

/** A burst that one task cannot start in time. */
function burst(): void {
  world.jobs = { visible: 400, inFlight: 2, delayed: 0 };
  world.arrivalsPerSecond = 4;
}

describe("a steering tick", () => {
  it("raises MinCapacity and MinSize in a burst, and publishes the decision", async () => {
    burst();

    const result = await world.tick();

    expect(result).toMatchObject({ outcome: "decided" });
    expect(world.tasks.desired).toBeGreaterThan(10);
    expect(world.done).toEqual([
      `min-capacity ${world.minCapacity}`,
      `min-size ${world.minSize}`,
      `publish ${world.minCapacity * 100} % stranded 0`,
    ]);
    expect(world.minSize).toBe(Math.ceil(world.minCapacity / 4));
  });

  it("raises MinCapacity alone where tasks run without instances of the stack", async () => {
    world.instances = [];
    world.mode = { kind: "steering", scalesInstances: false };
    world.settings = { ...world.settings, tasksPerInstance: 1, bootSeconds: 0, taskStartSeconds: 60 };
    burst();

    await world.tick();

    expect(world.done.filter((what) => !what.startsWith("publish"))).toEqual([`min-capacity ${world.minCapacity}`]);
    expect(world.minCapacity).toBeGreaterThan(10);
  });

  it("performs no action while nothing changes", async () => {
    burst();
    await world.tick();
    world.done.length = 0;

    await world.tick();

    expect(world.done.filter((what) => !what.startsWith("publish"))).toEqual([]);
  });

  it("logs the decision with its inputs and outcomes", async () => {
    burst();

    await world.tick();

    expect(world.records).toMatchObject([
      { sample: { visibleJobs: 400 }, readErrors: [], outcomes: [{ action: { kind: "set-min-capacity" } }, {}] },
    ]);
  });

  it("scales from zero by itself, and publishes no stranded jobs for the scale-from-zero alarm", async () => {
    world.settings = { ...world.settings, minTasks: 0 };
    world.tasks = { running: 0, pending: 0, desired: 0 };
    world.minCapacity = 0;
    world.jobs = { visible: 1, inFlight: 0, delayed: 0 };

    await world.tick();

    expect(world.done).toContain("min-capacity 1");
    expect(world.done.at(-1)).toMatch(/stranded 0$/);
  });

  it("publishes stranded jobs when it cannot scale from zero itself", async () => {
    world.settings = { ...world.settings, minTasks: 0 };
    world.tasks = { running: 0, pending: 0, desired: 0 };
    world.minCapacity = 0;
    world.jobs = { visible: 1, inFlight: 0, delayed: 0 };
    world.failing.add("setMinCapacity");

    await world.tick();

    expect(world.done.at(-1)).toMatch(/stranded 1$/);
  });
});

describe("a tracking tick", () => {
  it("publishes, scales no task, and resets what steering mode has raised", async () => {
    burst();
    await world.tick();
    const { tasks } = world;
    world.done.length = 0;
    world.mode = { kind: "tracking", scalesInstances: true };

    await world.tick();
    await world.tick();

    expect(world.done.filter((what) => !what.startsWith("publish"))).toEqual(["min-capacity 1", "min-size 0"]);
    expect(world.tasks).toEqual(tasks);
  });
});

describe("a source that cannot be read", () => {
  it.each([
    ["countJobs", "cannot read the queue: countJobs failed"],
    ["countTasks", "cannot read the service: countTasks failed"],
  ])("%s: nothing is published, changed or saved, and the reason is returned", async (method, reason) => {
    burst();
    world.failing.add(method);

    const result = await world.tick();

    expect(result).toEqual({ outcome: "failed", reason });
    expect(world.done).toEqual([]);
    expect(world.savedState).toBeUndefined();
  });

  it.each(["readArrivals", "readWorkers", "listInstances"])(
    "%s: the controller goes on with the last known values",
    async (method) => {
      burst();
      await world.tick();
      const { desired } = world.tasks;
      world.failing.add(method);

      await world.ticks(3);

      expect(world.tasks.desired).toBe(desired);
      expect(world.records.at(-1)?.readErrors).toEqual([expect.stringContaining("cannot read")]);
    },
  );

  it("leaves its setting unchanged, and the desired count with MinCapacity", async () => {
    world.tasks = { running: 8, pending: 0, desired: 8 };
    world.failing.add("readCapacityLimits").add("readMinSize");

    await world.ticks(60);

    expect(world.done.filter((what) => !what.startsWith("publish"))).toEqual([]);
  });
});

describe("limits by time", () => {
  const kinds = (from: number) => world.done.slice(from).filter((what) => !what.startsWith("publish"));

  it("steering: a scheduled minimum brings tasks without jobs, and its end takes them back", async () => {
    world.limits = { minTasks: 4, maxTasks: 20 };
    await world.tick();
    const raised = world.tasks.desired;

    world.limits = { minTasks: 1, maxTasks: 20 };
    await world.ticks(6);

    expect(raised).toBe(4);
    expect(world.tasks.desired).toBe(1);
    expect(world.minCapacity).toBe(1);
  });

  it("steering: a scheduled action that has set both limits is corrected once, and keeps its maximum", async () => {
    burst();
    await world.tick();
    const decided = world.minCapacity;
    const from = world.done.length;

    // What AWS does at the time of an entry: it lowers MinCapacity, and by MaxCapacity the tasks.
    world.minCapacity = 1;
    world.maxCapacity = 5;
    world.tasks = { running: 5, pending: 0, desired: 5 };
    await world.ticks(5);

    expect(decided).toBeGreaterThan(5);
    expect(kinds(from).filter((what) => what.startsWith("min-capacity"))).toEqual(["min-capacity 5"]);
    expect(world.records.every(({ outcomes }) => outcomes.every(({ error }) => error === undefined))).toBe(true);
    expect(world.tasks.desired).toBe(5);
  });

  it.each(["steering", "tracking"] as const)(
    "%s: a minimum above the maximum in force is not asked for",
    async (kind) => {
      world.mode = { kind, scalesInstances: false };
      world.limits = { minTasks: 8, maxTasks: 20 };
      world.maxCapacity = 3;

      await world.ticks(2);

      expect(world.minCapacity).toBe(3);
    },
  );

  it("tracking: MinCapacity is reset to the scheduled minimum, once", async () => {
    world.mode = { kind: "tracking", scalesInstances: false };
    world.limits = { minTasks: 4, maxTasks: 20 };

    await world.ticks(3);

    expect(kinds(0)).toEqual(["min-capacity 4"]);
  });

  it("are in the decision's record, so that it can be computed again", async () => {
    world.limits = { minTasks: 4, maxTasks: 20 };

    await world.tick();

    expect(world.records[0]?.settings).toMatchObject({ minTasks: 4, maxTasks: 20 });
  });

  it("fall back to the configured maximum if AWS's cannot be read", async () => {
    world.limits = { minTasks: 1, maxTasks: 6 };
    world.failing.add("readCapacityLimits");
    burst();

    await world.tick();

    expect(world.records[0]?.decision.tasks).toBe(6);
  });
});

describe("a failed action", () => {
  it("is reported, does not stop the others, and is retried", async () => {
    burst();
    world.failing.add("setMinCapacity");
    const first = await world.tick();
    world.failing.clear();

    await world.tick();

    expect(first).toMatchObject({ outcomes: [{ error: "setMinCapacity failed" }, { error: undefined }] });
    expect(world.done).toContain(`min-capacity ${world.minCapacity}`);
    expect(world.tasks.desired).toBeGreaterThan(10);
  });
});

describe("the lease", () => {
  it("keeps a controller from acting while another holds it", async () => {
    burst();
    world.isLeaseElsewhere = true;

    expect(await world.tick()).toEqual({ outcome: "no-lease" });
    expect(world.done).toEqual([]);
  });

  it("stops a controller that loses it while collecting, before any action", async () => {
    burst();
    const deps = world.deps();
    const { tick } = await import("./tick.ts");

    const result = await tick(
      { ...deps, stateStore: { ...deps.stateStore, save: async () => false } },
      { isLast: false },
    );

    expect(result).toEqual({ outcome: "no-lease" });
    expect(world.done).toEqual([]);
  });
});
