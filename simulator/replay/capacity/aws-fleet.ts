import { bootMilliseconds } from "../../model/capacity/boot-time.ts";
import { CapacityProvider } from "../../model/capacity/capacity-provider.ts";
import { defaults } from "../../model/capacity/parameters.ts";
import { uniformAt } from "../random.ts";
import type { Scenario } from "../scenario.ts";
import type { Workers } from "../workers.ts";
import { type Fleet, ModelFleet, roomFor } from "./fleet.ts";

/** From an instance's registration to the scheduler's look at it: in every boot time here. */
const noticeMilliseconds = 3_000;

/** Boot times of the model, with that notice in them. */
const bootSettings = {
  bootMedianMilliseconds: defaults.bootMedianMilliseconds + noticeMilliseconds,
  boot95thPercentileMilliseconds: defaults.boot95thPercentileMilliseconds + noticeMilliseconds,
};

/** The fleet behind AWS's service scheduler, capacity provider and Auto Scaling group. */
export function createAwsFleet(scenario: Scenario, seed: number, workers: Workers): Fleet {
  return awsFleet(scenario, workers, {
    bootMilliseconds: (instanceNumber) => bootMilliseconds(uniformAt(seed, instanceNumber), bootSettings),
    firstSampleAt: Math.floor(uniformAt(seed, -2) * defaults.reservationPeriodMilliseconds),
  });
}

/** The same with given boot times and a given first sample of the capacity provider. */
export function awsFleet(
  scenario: Scenario,
  workers: Workers,
  draws: { bootMilliseconds(instanceNumber: number): number; firstSampleAt: number },
): Fleet {
  const { tasksPerInstance, initialTasks, maxTasks } = scenario;
  const settings = {
    ...defaults,
    tasksPerInstance,
    initialTasks,
    taskStartMilliseconds: scenario.warmStartSeconds * 1_000,
    // A task that does not work exits at once.
    stopTimeoutMilliseconds: 0,
    // Two more than needed, so that the two that AWS starts from zero and a scattered fleet find room.
    maxInstances: Math.ceil(maxTasks / tasksPerInstance) + 2,
    bootMilliseconds: draws.bootMilliseconds,
    releasesEmptyInstances: true,
    room: roomFor(tasksPerInstance),
  };
  return new ModelFleet(settings, new CapacityProvider(settings, draws.firstSampleAt), workers);
}
