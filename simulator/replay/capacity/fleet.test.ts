import { beforeEach, describe, expect, it } from "vitest";
import { createRandom } from "../../../workload/random.ts";
import { createScenario } from "../scenario.ts";
import { Workers } from "../workers.ts";
import { createAwsFleet } from "./aws-fleet.ts";
import type { Fleet } from "./fleet.ts";
import { createIdealFleet } from "./ideal-fleet.ts";

const none = { arrivalSeconds: new Float64Array(), serviceSeconds: new Float64Array() };
const scenario = createScenario("none", none, { initialTasks: 2, tasksPerInstance: 4 });
const seconds = (count: number) => count * 1_000;

/** Lets the fleet look whenever something is due, and returns how many tasks run then. */
function playUntil(fleet: Fleet, from: number, until: number): number {
  fleet.look(from);
  for (let now = fleet.nextDueAt(); now <= until; now = fleet.nextDueAt()) fleet.look(now);
  return fleet.running;
}

describe("a fleet on AWS", () => {
  let fleet: Fleet;
  beforeEach(() => {
    fleet = createAwsFleet(scenario, 1, new Workers(none, 2, createRandom(1)));
  });

  it("fills the room it has within a task's start, and waits for instances with the rest", () => {
    fleet.setDesired(10);

    expect(playUntil(fleet, 0, seconds(20))).toBe(4);
    expect([fleet.pending, fleet.listInstances().length]).toEqual([6, 1]);
    expect(playUntil(fleet, seconds(20), seconds(400))).toBe(10);
    expect(fleet.listInstances()).toHaveLength(3);
  });

  it("has no wait for the capacity provider where the floor orders the instances", () => {
    fleet.setDesired(10);
    fleet.setInstanceFloor(3);

    fleet.look(0);

    expect(fleet.bill(0).instancesLaunched).toBe(2);
  });

  it("gives empty instances back after fifteen minutes, or at once when it is told which, but not below the floor", () => {
    fleet.setInstanceFloor(3);
    playUntil(fleet, 0, seconds(600));
    expect(fleet.listInstances()).toHaveLength(3);
    fleet.releaseInstances(["i-2"], seconds(600));
    expect(fleet.listInstances()).toHaveLength(3);

    fleet.setInstanceFloor(2);
    fleet.releaseInstances(["i-1", "i-3"], seconds(601));
    expect(fleet.listInstances()).toEqual([
      { id: "i-1", tasks: 2 },
      { id: "i-2", tasks: 0 },
    ]);
    fleet.setInstanceFloor(0);
    playUntil(fleet, seconds(602), seconds(1_800));

    expect(fleet.listInstances()).toHaveLength(1);
  });

  it("stops what waits and what starts before what runs", () => {
    fleet.setDesired(10);
    fleet.look(0);
    fleet.setDesired(3);

    fleet.look(seconds(1));

    expect([fleet.pending, fleet.running]).toEqual([1, 2]);
  });
});

describe("a fleet on the ideal layer", () => {
  it("orders instances with the tasks that need them, and ends them with their last task", () => {
    const fleet = createIdealFleet(scenario, new Workers(none, 2, createRandom(1)));
    fleet.setDesired(10);

    expect(playUntil(fleet, 0, seconds(109))).toBe(4);
    expect(fleet.bill(seconds(109)).instancesLaunched).toBe(2);
    expect(playUntil(fleet, seconds(110), seconds(110))).toBe(10);
    fleet.setDesired(1);
    fleet.look(seconds(200));

    expect([fleet.running, fleet.listInstances().length]).toEqual([1, 1]);
  });
});
