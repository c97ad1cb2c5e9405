import { expect, it } from "vitest";
import { bootMilliseconds } from "../../simulator/model/capacity/boot-time.ts";
import { defaults } from "../../simulator/model/capacity/parameters.ts";
import { findPolicy } from "../../simulator/policies/catalogue.ts";
import { type AwsCapacitySettings, createAwsCapacity } from "../../simulator/replay/capacity/aws-capacity.ts";
import { play, type ReplayOptions } from "../../simulator/replay/replay.ts";
import { createScenario } from "../../simulator/replay/scenario.ts";
import { uniform } from "./capacity.ts";
import { LaptopCapacity } from "./testing/laptop-capacity.ts";

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

/** The laptop's boot times, and the times at which its capacity provider runs. */
const asOnTheLaptop = (settings: AwsCapacitySettings): AwsCapacitySettings => ({
  ...settings,
  firstReservationAt: 0,
  uniform,
  bootMilliseconds: (instanceNumber) => bootMilliseconds(uniform(instanceNumber), defaults),
});

it.each(["buffered", "buffered-tracking", "buffered-no-instances", "keda-tuned"])(
  "the laptop's ECS starts, stops and bills what the simulator does under %s, to the millisecond",
  (policy) => {
    const playOn = (createCapacity: NonNullable<ReplayOptions["createCapacity"]>) =>
      play(scenario, findPolicy(policy), { layer: "aws", seed: 1, createCapacity });

    const simulated = playOn((settings, workers) => createAwsCapacity(asOnTheLaptop(settings), workers));
    const laptop = playOn((settings, workers) => new LaptopCapacity(asOnTheLaptop(settings), workers));

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
