import { describe, expect, it } from "vitest";
import { TickWorld } from "../testing/tick-world.ts";
import { formatExplanation, replayDecision } from "./explain.ts";
import { readFlags } from "./flags.ts";
import { formatStatus, formatWithoutController, isSilent } from "./status.ts";

async function afterBurst(): Promise<TickWorld> {
  const world = new TickWorld();
  await world.tick();
  world.jobs = { visible: 300, inFlight: 2, delayed: 0 };
  await world.tick();
  return world;
}

describe("status", () => {
  it("shows measurements, decision, reason, and the actions of controller and AWS", async () => {
    const world = await afterBurst();
    const records = world.records.toReversed();
    const activities = [
      { at: world.clock.now(), description: "Setting desired count to 15.", cause: "minimum capacity" },
    ];

    const text = formatStatus("the stack", { records, activities, last: 10 }, world.clock.now());

    expect(text).toMatch(/^The controller of the stack decided 10\.0 s ago: 300 jobs wait/);
    expect(text).toMatch(/jobs waiting +300 +-\n/);
    expect(text).toMatch(/wait of a new job +about \d[^\n]+ +up to 1 min 00 s\n/);
    expect(text).toMatch(new RegExp(`tasks running +1 +${records[0]?.decision.tasks}\n`));
    expect(text).toMatch(new RegExp(`set-min-capacity +${world.minCapacity} +done +300 jobs wait`));
    expect(text).toContain("Setting desired count to 15.  minimum capacity");
  });

  it("recognizes a silent controller", async () => {
    const world = await afterBurst();
    const [latest] = world.records.toReversed();

    expect(isSilent(latest, world.clock.now())).toBe(false);
    expect(isSilent(latest, world.clock.now() + 60_000)).toBe(true);
    expect(isSilent(undefined, world.clock.now())).toBe(true);
    expect(formatStatus("the stack", { records: [], activities: [], last: 10 }, 0)).toContain("decided nothing");
  });

  it.each([
    [{ kind: "steering", scalesInstances: true }, "Mode steering: the controller scales the tasks and the instances."],
    [
      { kind: "steering", scalesInstances: false },
      "Mode steering: the controller scales the tasks, the capacity provider",
    ],
    [{ kind: "tracking", scalesInstances: true }, "Mode tracking: target tracking scales the tasks"],
  ] as const)("names what scales tasks and instances: %j", async (mode, words) => {
    const world = new TickWorld();
    world.mode = mode;
    await world.tick();

    const text = formatStatus("the stack", { records: world.records, activities: [], last: 1 }, world.clock.now());

    expect(text).toContain(words);
  });

  it("shows the limits in force", async () => {
    const world = new TickWorld();
    world.limits = { minTasks: 4, maxTasks: 6 };
    await world.tick();

    const text = formatStatus("the stack", { records: world.records, activities: [], last: 1 }, world.clock.now());

    expect(text).toMatch(/limits of the tasks +- +4 to 6\n/);
  });

  it("says that a stack in step or fixed mode has no controller, and shows what AWS did", () => {
    const activities = [{ at: 0, description: "Setting desired count to 5.", cause: "monitor alarm step-out" }];

    const text = formatWithoutController("the Pulumi stack", activities);

    expect(text).toMatch(/^The Pulumi stack has no controller: its scalingMode is step, [^\n]+ or fixed/);
    expect(text).toContain("Setting desired count to 5.  monitor alarm step-out");
  });

  it("names no instances where tasks run without them", async () => {
    const world = new TickWorld();
    world.settings = { ...world.settings, bootSeconds: 0, tasksPerInstance: 1 };
    await world.tick();

    const text = formatStatus("the stack", { records: world.records, activities: [], last: 1 }, world.clock.now());

    expect(text).toContain(
      "Mode steering: the controller scales the tasks, which run without instances of this stack.",
    );
    expect(text).not.toMatch(/^instances/m);
  });

  it("names the sources that could not be read", async () => {
    const world = await afterBurst();
    world.failing.add("readWorkers");
    await world.tick();

    const text = formatStatus(
      "the stack",
      { records: world.records.toReversed(), activities: [], last: 10 },
      world.clock.now(),
    );

    expect(text).toContain(
      "Warning: cannot read the worker reports; using the last known service time: readWorkers failed",
    );
  });
});

describe("explain", () => {
  it("lists the decisions, the newest last, each computed again", async () => {
    const world = await afterBurst();

    const [, first, second] = formatExplanation(world.records.toReversed().map(replayDecision)).split("\n");

    expect(first).toMatch(/the same +set-min-size +0 jobs wait/);
    expect(second).toMatch(/the same +set-min-capacity, set-min-size +300 jobs wait/);
  });
});

describe("the command line", () => {
  it("takes a command and the number of decisions", () => {
    expect(readFlags(["explain", "--last", "25"])).toEqual({
      command: "explain",
      last: 25,
      folder: undefined,
      isJson: false,
    });
    expect(readFlags([]).command).toBe("help");
    expect(readFlags(["status", "--help"]).command).toBe("help");
  });

  it("reports every problem at once", () => {
    expect(() => readFlags(["expalin", "now", "--last", "0"])).toThrow(
      /--last expects a whole number[\s\S]+expected status or explain; came "expalin"[\s\S]+came "now" as well/,
    );
  });
});
