import { describe, expect, it } from "vitest";
import { readFlags, usage } from "./flags.ts";
import { policies } from "./policies/catalogue.ts";
import { disturbances } from "./replay/disturb/disturb.ts";

describe("the command line", () => {
  it("takes a shape with its rate, length, service times and machines", () => {
    const flags = readFlags(
      "--shape flash --rate 2.5 --minutes 30 --service lognormal:4:2 --wait 120 --slots 3 --seeds 4".split(" "),
    );

    expect(flags).toMatchObject({
      source: {
        kind: "shape",
        shape: "flash",
        meanRate: 2.5,
        durationSeconds: 1_800,
        service: { kind: "lognormal", meanSeconds: 4, variation: 2 },
      },
      machines: { waitTargetSeconds: 120, slotsPerTask: 3, tasksPerInstance: 4 },
      seeds: 4,
      layer: "aws",
      isJson: false,
    });
  });

  it("takes all policies unless it is told some", () => {
    expect(readFlags(["--jobs", "a.csv"]).policies).toEqual(Object.keys(policies));
    expect(readFlags(["--jobs", "a.csv", "--policy", "jit", "--policy", "steering"]).policies).toEqual([
      "jit",
      "steering",
    ]);
  });

  it("takes some lists of a folder", () => {
    expect(readFlags(["--lists", "dir", "--list", "a", "--list", "b"]).source).toEqual({
      kind: "lists",
      folder: "dir",
      only: ["a", "b"],
    });
  });

  it("takes what goes wrong, several times, and the backstop", () => {
    const flags = readFlags("--jobs a.csv --disturb outage --disturb lag-30 --backstop".split(" "));

    expect(flags).toMatchObject({ disturbances: ["outage", "lag-30"], hasBackstop: true });
    expect(readFlags(["--jobs", "a.csv"])).toMatchObject({ disturbances: [], hasBackstop: false });
  });

  it("takes machines to compare computes with", () => {
    const flags = readFlags("--jobs a.csv --compute --instance-type m7g.large --task-cpu 1024 --seeds 3".split(" "));

    expect(flags.computes).toEqual({
      instanceType: "m7g.large",
      architecture: "arm64",
      taskCpu: 1_024,
      taskMemoryMegabytes: 1_024,
      lambdaConcurrency: 1_000,
      seeds: 3,
    });
    expect(readFlags(["--jobs", "a.csv"]).computes).toBeUndefined();
  });

  it("tells of every policy and every disturbance", () => {
    for (const name of [...Object.keys(policies), ...Object.keys(disturbances)]) expect(usage).toContain(name);
  });

  it("explains itself without anything else", () => {
    expect(readFlags(["--help"]).isHelp).toBe(true);
  });

  it.each([
    [[], "expected one of --shape, --jobs and --lists"],
    [["--shape", "steady", "--jobs", "a.csv"], "expected one of --shape, --jobs and --lists"],
    [["--shape", "square"], '--shape expects one of steady, ramp, burst, flash, diurnal, nightly; came "square"'],
    [["--jobs", "a.csv", "--policy", "guess"], 'came "guess"'],
    [["--jobs", "a.csv", "--disturb", "flood"], "--disturb expects one of noise-20, "],
    [["--jobs", "a.csv", "--layer", "gcp"], '--layer expects one of aws, ideal; came "gcp"'],
    [["--jobs", "a.csv", "--seeds", "1.5"], '--seeds expects a whole number from 1; came "1.5"'],
    [["--jobs", "a.csv", "--wait", "0"], '--wait expects a number from 0.001; came "0"'],
    [["--jobs", "a.csv", "--min", "9", "--max", "3"], "--min expects at most --max, 3; came 9"],
    [["--shape", "steady", "--service", "soon"], "--service is not usable: Expected seconds"],
    [["--jobs", "a.csv", "--task-schedules", '[{"timeZone":"UTC"}]'], "received undefined\n  → at [0].cron"],
    [["--jobs", "a.csv", "--list", "b"], "--list expects --lists beside it"],
    [["--jobs", "a.csv", "--compute", "--policy", "jit"], "--policy cannot be combined with --compute"],
    [["--jobs", "a.csv", "--compute", "--disturb", "outage"], "--disturb cannot be combined with --compute"],
    [["--jobs", "a.csv", "--compute", "--layer", "ideal"], "--layer ideal cannot be combined with --compute"],
    [["--jobs", "a.csv", "--compute", "--backstop"], "--backstop cannot be combined with --compute"],
    [["--shapes"], "--shapes"],
  ])("refuses %j and says why", (args, reason) => {
    expect(() => readFlags(args)).toThrow(reason);
  });
});
