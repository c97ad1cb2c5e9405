import { expect, it } from "vitest";
import { bootMilliseconds } from "../../simulator/model/capacity/boot-time.ts";
import { defaults } from "../../simulator/model/capacity/parameters.ts";
import { findPolicy } from "../../simulator/policies/catalogue.ts";
import { awsFleet } from "../../simulator/replay/capacity/aws-fleet.ts";
import { play, type ReplayOptions } from "../../simulator/replay/replay.ts";
import { createScenario } from "../../simulator/replay/scenario.ts";
import { uniform } from "./capacity.ts";
import { LaptopFleet } from "./testing/laptop-fleet.ts";

/** Quiet, one minute with a job every two seconds, three minutes with twelve times as many, quiet. */
const arrivalSeconds = [
  ...Array.from({ length: 30 }, (_, index) => index * 2),
  ...Array.from({ length: 1_080 }, (_, index) => 60 + index / 6),
];

const scenario = createScenario(
  "story",
  {
    arrivalSeconds: Float64Array.from(arrivalSeconds),
    serviceSeconds: Float64Array.from(arrivalSeconds, (_, index) => 10 + (index % 7)),
  },
  // The laptop's cluster begins with no instances.
  { slotsPerTask: 2, tasksPerInstance: 3, minTasks: 0, maxTasks: 40, initialTasks: 0, endSeconds: 3_600 },
);

/** The laptop's boot times, and the first sample of its capacity provider. */
const laptopDraws = {
  firstSampleAt: 0,
  bootMilliseconds: (instanceNumber: number) => bootMilliseconds(uniform(instanceNumber), defaults),
};

it.each(["steering", "tracking", "steering-no-instances", "keda-tuned"])(
  "the laptop's ECS starts, stops and bills what the simulator does under %s, to the millisecond",
  (policy) => {
    const playOn = (createFleet: NonNullable<ReplayOptions["createFleet"]>) =>
      play(scenario, findPolicy(policy), { layer: "aws", seed: 1, createFleet });

    const simulated = playOn((given, _seed, workers) => awsFleet(given, workers, laptopDraws));
    const laptop = playOn((given, _seed, workers) => new LaptopFleet(given, workers));

    // A job list that moves nothing would compare nothing.
    expect(Math.max(...simulated.log.changes.map(({ tasks }) => tasks))).toBeGreaterThan(20);
    expect(laptop.log.changes).toEqual(simulated.log.changes);
    expect(laptop.workers.startedAt).toEqual(simulated.workers.startedAt);
    expect(laptop.bill).toEqual({
      ...simulated.bill,
      // Sums of milliseconds, added in another order.
      taskHours: expect.closeTo(simulated.bill.taskHours, 9),
      instanceHours: expect.closeTo(simulated.bill.instanceHours, 9),
    });
  },
);
