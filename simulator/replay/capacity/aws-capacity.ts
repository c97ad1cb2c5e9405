import { bootMilliseconds } from "../../model/capacity/boot-time.ts";
import { defaults } from "../../model/capacity/parameters.ts";
import { uniformAt } from "../random.ts";
import type { Scenario } from "../scenario.ts";
import type { Workers } from "../workers.ts";
import { Fleet } from "./fleet.ts";
import { ManagedScaling } from "./managed-scaling.ts";

/** From an instance's registration to the scheduler's look at it: in every boot time here. */
const noticeMilliseconds = 3_000;

/** Boot times of the model, with that notice in them. */
const bootSettings = {
  bootMedianMilliseconds: defaults.bootMedianMilliseconds + noticeMilliseconds,
  boot95thPercentileMilliseconds: defaults.boot95thPercentileMilliseconds + noticeMilliseconds,
};

/** Every number that the capacity of a scenario has on the AWS layer; the same for the fast way and for the model. */
export function awsCapacitySettings(scenario: Scenario, seed: number) {
  const { tasksPerInstance, initialTasks, maxTasks } = scenario;
  return {
    ...defaults,
    ...bootSettings,
    tasksPerInstance,
    initialTasks,
    warmStartMilliseconds: scenario.warmStartSeconds * 1_000,
    // Two more than needed, so that the two that AWS starts from zero and a scattered fleet find room.
    maxInstances: Math.ceil(maxTasks / tasksPerInstance) + 2,
    firstReservationAt: Math.floor(uniformAt(seed, -2) * defaults.reservationPeriodMilliseconds),
    uniform: (instanceNumber: number) => uniformAt(seed, instanceNumber),
    bootMilliseconds: (instanceNumber: number) => bootMilliseconds(uniformAt(seed, instanceNumber), bootSettings),
  };
}

export type AwsCapacitySettings = ReturnType<typeof awsCapacitySettings>;

/** The fleet behind AWS's service scheduler, capacity provider and Auto Scaling group. */
export function createAwsCapacity(settings: AwsCapacitySettings, workers: Workers): Fleet {
  return new Fleet(settings, new ManagedScaling(settings.firstReservationAt, settings), workers);
}
