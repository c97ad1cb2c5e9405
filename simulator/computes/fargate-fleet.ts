import { defaults } from "../model/capacity/parameters.ts";
import { type Fleet, ModelFleet } from "../replay/capacity/fleet.ts";
import { instantScaling } from "../replay/capacity/ideal-fleet.ts";
import type { Scenario } from "../replay/scenario.ts";
import type { Workers } from "../replay/workers.ts";

/**
 * Tasks on Fargate: each is alone on an instance that is there at once and goes with it. So the bill's instance-hours are those of
 * the tasks, by the second and a minute at least, as AWS bills Fargate. The limit of tasks started in a minute is that of EC2.
 */
export function createFargateFleet(scenario: Scenario, _seed: number, workers: Workers): Fleet {
  const settings = {
    ...defaults,
    tasksPerInstance: 1,
    initialTasks: scenario.initialTasks,
    taskStartMilliseconds: scenario.warmStartSeconds * 1_000,
    // A task that does not work exits at once.
    stopTimeoutMilliseconds: 0,
    maxInstances: scenario.maxTasks,
    bootMilliseconds: () => 0,
  };
  return new ModelFleet(settings, instantScaling(1), workers);
}
