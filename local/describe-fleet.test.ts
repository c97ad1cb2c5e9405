import { expect, it } from "vitest";
import { describeFleet } from "./describe-fleet.ts";
import type { Fleet } from "./fleet.ts";

const fleet: Fleet = {
  visible: 40,
  inFlight: 4,
  runningTasks: 2,
  desiredTasks: 10,
  stoppingTasks: 0,
  minTasks: 1,
  minCapacity: 1,
  instances: 3,
  minSize: 0,
  idleInstances: 1,
  backlogPerTask: 20,
  needPercent: 499.6,
  lastAction: { from: 2, to: 10, trigger: "AlarmHigh" },
};
const jobs = { accepted: 100, finished: 56 };

it("says what waits, who works, what the scaling sees and what it did last", () => {
  expect(describeFleet(fleet, jobs)).toBe(
    "queue 40 · tasks 2/10 · instances 3 · need 500 % · 2→10 by AlarmHigh · done 56/100 · in flight 4",
  );
});

it("leaves open what nobody has published yet", () => {
  const early = { ...fleet, needPercent: undefined, lastAction: undefined };

  expect(describeFleet(early, jobs)).toContain("need ? % · done");
});

it("names the minimums that a controller has raised", () => {
  const raised = { ...fleet, minCapacity: 8, minSize: 4 };

  expect(describeFleet(raised, jobs)).toContain("tasks 2/10, at least 8 · instances 3, at least 4 · ");
});
