import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Fleet } from "./fleet.ts";
import { logFleet } from "./fleet-log.ts";

const fleet: Fleet = {
  visible: 4,
  inFlight: 2,
  runningTasks: 1,
  desiredTasks: 2,
  stoppingTasks: 0,
  minTasks: 1,
  minCapacity: 1,
  instances: 1,
  minSize: 0,
  idleInstances: 0,
  backlogPerTask: undefined,
  needPercent: undefined,
  lastAction: undefined,
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-fleet-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

it("writes a line for each change, and none while nothing changes", () => {
  const log = logFleet(folder);

  log(fleet, 1_000);
  log(fleet, 1_250);
  log({ ...fleet, visible: 3, backlogPerTask: 4, needPercent: 150 }, 1_500);

  const lines = readFileSync(join(folder, "fleet.jsonl"), "utf8").trim().split("\n");
  const same = { inFlight: 2, runningTasks: 1, desiredTasks: 2, minCapacity: 1, instances: 1, minSize: 0 };
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { at: 1_000, visible: 4, ...same },
    { at: 1_500, visible: 3, ...same, backlogPerTask: 4, needPercent: 150 },
  ]);
});
