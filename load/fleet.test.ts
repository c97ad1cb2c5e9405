import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../runtime/clock.ts";
import { awaitSmallFleet, type FleetMoment, readFleet, summarizeFleet } from "./fleet.ts";

function moment(at: number, runningTasks: number, instances: number): FleetMoment {
  return { at, visible: 0, inFlight: 0, runningTasks, desiredTasks: runningTasks, instances };
}

const grown = [moment(0, 1, 1), moment(10_000, 5, 1), moment(20_000, 5, 3), moment(60_000, 1, 3), moment(90_000, 1, 1)];

describe("a fleet's history", () => {
  it("gives the largest size, and the time until the initial size was back", () => {
    const summary = summarizeFleet(grown, 5_000, 100_000);

    expect(summary).toMatchObject({ mostTasks: 5, mostInstances: 3, backSeconds: 85 });
  });

  it("adds up hours from the start of the load", () => {
    const { taskHours, instanceHours } = summarizeFleet(grown, 5_000, 100_000);

    expect(taskHours * 3_600).toBeCloseTo(5 * 1 + 50 * 5 + 40 * 1);
    expect(instanceHours * 3_600).toBeCloseTo(15 * 1 + 70 * 3 + 10 * 1);
  });

  it("has no time until the initial size while the fleet is larger", () => {
    expect(summarizeFleet(grown, 5_000, 80_000).backSeconds).toBeUndefined();
  });
});

describe("the file of a fleet", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sluice-load-"));
    file = join(folder, "fleet.jsonl");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (moments: FleetMoment[], end = "") =>
    writeFileSync(file, moments.map((it) => `${JSON.stringify(it)}\n`).join("") + end);

  it("is read except for an incomplete last line", () => {
    write(grown, '{"at": 1');

    expect(readFleet(file)).toEqual(grown);
  });

  it("may be missing", () => {
    expect(readFleet(file)).toBeUndefined();
    expect(readFleet(undefined)).toBeUndefined();
  });

  it("is read until the fleet is small, or until the timeout", async () => {
    const clock = new ManualClock(70_000);
    const told: string[] = [];
    const wait = (seconds: number, name: string) =>
      awaitSmallFleet(file, { from: 5_000, seconds, clock, signal: new AbortController().signal }).then(() =>
        told.push(name),
      );
    write(grown.slice(0, 4));
    const waits = [wait(10, "in vain"), wait(60, "with success")];

    await clock.advance(11_000);
    expect(told).toEqual(["in vain"]);

    write(grown);
    await clock.advance(9_500);
    await Promise.all(waits);
    expect(told).toEqual(["in vain", "with success"]);
  });
});
