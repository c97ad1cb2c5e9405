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
  instances: 3,
  idleInstances: 1,
  backlogPerTask: 20,
  acceptableBacklog: 10 / 3,
  lastAction: { from: 2, to: 10, cause: "alarm high is ALARM" },
};
const jobs = { accepted: 100, finished: 56 };

it("says what waits, who works, what the scaling sees and what it did last", () => {
  expect(describeFleet(fleet, jobs)).toBe(
    "queue 40 · in flight 4 · tasks 2 of 10 · instances 3 · jobs done 56 of 100 · " +
      "backlog per task 20, acceptable 3.33 · 2 → 10 tasks: alarm high is ALARM",
  );
});

it("calls unknown what nobody has published yet", () => {
  const early = { ...fleet, backlogPerTask: undefined, lastAction: undefined };

  expect(describeFleet(early, jobs)).toMatch(/backlog per task unknown, acceptable 3.33$/);
});
