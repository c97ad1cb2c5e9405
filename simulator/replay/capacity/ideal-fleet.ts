import type { AutoScalingGroup } from "../../model/capacity/auto-scaling-group.ts";
import type { InstanceScaling } from "../../model/capacity/cluster.ts";
import { defaults } from "../../model/capacity/parameters.ts";
import type { Task } from "../../model/capacity/task.ts";
import type { Scenario } from "../scenario.ts";
import type { Workers } from "../workers.ts";
import { type Fleet, ModelFleet, releaseInstances } from "./fleet.ts";

/** A fleet without AWS's limits and delays: each instance is ordered with the task that needs it and ends with its last. */
export function createIdealFleet(scenario: Scenario, workers: Workers): Fleet {
  const { tasksPerInstance, initialTasks, maxTasks } = scenario;
  const settings = {
    ...defaults,
    tasksPerInstance,
    initialTasks,
    taskStartMilliseconds: scenario.warmStartSeconds * 1_000,
    stopTimeoutMilliseconds: 0,
    maxInstances: maxTasks,
    provisioningTasksMaximum: Number.POSITIVE_INFINITY,
    provisioningTimeoutMilliseconds: Number.POSITIVE_INFINITY,
    launchesPerMinuteMaximum: Number.POSITIVE_INFINITY,
    bootMilliseconds: () => scenario.bootSeconds * 1_000,
  };
  return new ModelFleet(settings, instantScaling(tasksPerInstance), workers);
}

/** Orders an instance at once for each task without room, and ends each empty one. */
export function instantScaling(tasksPerInstance: number): InstanceScaling {
  return {
    nextDueAt: () => Number.POSITIVE_INFINITY,
    step(group: AutoScalingGroup, tasks: readonly Task[]) {
      const occupied = group.instances.filter((instance) => instance.tasks > 0).length;
      const waiting = tasks.filter(({ state }) => state === "provisioning").length;
      const wanted = occupied + Math.ceil(waiting / tasksPerInstance);
      if (wanted > group.desired) group.setDesired(wanted);
      else releaseInstances(group, group.emptyInstances(), group.desired - wanted);
    },
  };
}
