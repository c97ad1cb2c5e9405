import fc from "fast-check";
import { expect, it } from "vitest";
import { policies } from "../policies/catalogue.ts";
import { type AwsCapacitySettings, createAwsCapacity } from "./capacity/aws-capacity.ts";
import { play } from "./replay.ts";
import { createScenario } from "./scenario.ts";
import { ModelCapacity } from "./testing/model-capacity.ts";
import { randomJobs } from "./testing/random-jobs.ts";

it("starts, wants and bills what the model of AWS does, to the millisecond", () => {
  fc.assert(
    fc.property(
      anyScenario,
      anyPolicy,
      anyLimits,
      anyEvents,
      fc.nat(1_000),
      (options, policy, limits, disturbances, seed) => {
        const scenario = createScenario("random", randomJobs(options), options);
        const create = policies[policy] ?? policies.buffered;
        if (!create) throw new Error(`no policy ${policy}`);
        const withLimits = (settings: AwsCapacitySettings) => ({ ...settings, ...limits });

        const fast = play(scenario, create, {
          layer: "aws",
          seed,
          disturbances,
          createCapacity: (settings, workers) => createAwsCapacity(withLimits(settings), workers),
        });
        const model = play(scenario, create, {
          layer: "aws",
          seed,
          disturbances,
          createCapacity: (settings, workers) => new ModelCapacity(withLimits(settings), workers),
        });

        expect(fast.log.changes).toEqual(model.log.changes);
        expect(fast.workers.startedAt).toEqual(model.workers.startedAt);
        expect(fast.bill).toEqual({
          ...model.bill,
          // What stops and starts in one moment is added up in another order.
          taskHours: expect.closeTo(model.bill.taskHours, 9),
          instanceHours: expect.closeTo(model.bill.instanceHours, 9),
        });
        expect(fast.endMilliseconds).toBe(model.endMilliseconds);
      },
    ),
    { numRuns: 60, seed: 7 },
  );
});

const anyEvents = fc.subarray(["deployment", "spot-loss"]);

const anyPolicy = fc.constantFrom(...Object.keys(policies));

const anyScenario = fc.record({
  seed: fc.nat(1_000),
  peakPerSecond: fc.constantFrom(0.05, 0.3, 2),
  meanServiceSeconds: fc.constantFrom(1, 8, 40, 400),
  minutes: fc.integer({ min: 5, max: 45 }),
  slotsPerTask: fc.integer({ min: 1, max: 3 }),
  tasksPerInstance: fc.integer({ min: 1, max: 4 }),
  initialTasks: fc.integer({ min: 1, max: 6 }),
  minTasks: fc.integer({ min: 0, max: 2 }),
  maxTasks: fc.integer({ min: 8, max: 40 }),
  warmStartSeconds: fc.constantFrom(0, 3, 20),
});

/** AWS's own limits are too wide for small fleets to meet. */
const anyLimits = fc.record(
  {
    provisioningTasksMaximum: fc.constantFrom(2, 5),
    launchesPerMinuteMaximum: fc.constantFrom(3, 10),
    provisioningTimeoutMilliseconds: fc.constantFrom(45_000, 200_000),
    lowAlarmDatapoints: fc.constantFrom(3, 15),
    instanceWarmupMilliseconds: fc.constantFrom(0, 120_000),
    targetCapacityPercent: fc.constantFrom(50, 80),
  },
  { requiredKeys: [] },
);
