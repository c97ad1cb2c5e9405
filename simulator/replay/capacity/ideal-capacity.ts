import { defaults } from "../../model/capacity/parameters.ts";
import type { Scenario } from "../scenario.ts";
import type { Workers } from "../workers.ts";
import { Fleet, type InstanceScaling } from "./fleet.ts";
import type { HostGroup } from "./host-group.ts";

/** The fleet of a cloud without bookkeeping: instances are ordered with the task that needs them and go with their last. */
export function createIdealCapacity(scenario: Scenario, workers: Workers): Fleet {
  const { tasksPerInstance, initialTasks, maxTasks } = scenario;
  const settings = {
    ...defaults,
    tasksPerInstance,
    initialTasks,
    warmStartMilliseconds: scenario.warmStartSeconds * 1_000,
    maxInstances: maxTasks,
    provisioningTasksMaximum: Number.POSITIVE_INFINITY,
    provisioningTimeoutMilliseconds: Number.POSITIVE_INFINITY,
    launchesPerMinuteMaximum: Number.POSITIVE_INFINITY,
    bootMilliseconds: () => scenario.bootSeconds * 1_000,
  };
  return new Fleet(settings, instantScaling(tasksPerInstance), workers);
}

function instantScaling(tasksPerInstance: number): InstanceScaling {
  return {
    nextDueAt: () => Number.POSITIVE_INFINITY,
    step(group: HostGroup, waitingTasks: number, now: number) {
      const occupied = group.hosts.filter(({ tasks }) => tasks > 0).length;
      const wanted = occupied + Math.ceil(waitingTasks / tasksPerInstance);
      if (wanted > group.desired) group.setDesired(wanted);
      else group.releaseEmpty(group.desired - wanted, now);
    },
  };
}
