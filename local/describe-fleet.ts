import type { JobCounts } from "./count-jobs.ts";
import type { Fleet } from "./fleet.ts";

/** What waits, who works on it, what the scaling sees and did last; as found against as wanted. A narrow terminal cuts off the end. */
export function describeFleet(fleet: Fleet, jobs: JobCounts): string {
  const { lastAction: action } = fleet;
  return [
    `queue ${fleet.visible}`,
    `tasks ${fleet.runningTasks}/${fleet.desiredTasks}`,
    `instances ${fleet.instances}`,
    `backlog a task ${describeNumber(fleet.backlogPerTask)}/${describeNumber(fleet.acceptableBacklog)}`,
    ...(action ? [`${action.from}→${action.to} by ${action.trigger}`] : []),
    `done ${jobs.finished}/${jobs.accepted}`,
    `in flight ${fleet.inFlight}`,
  ].join(" · ");
}

function describeNumber(value: number | undefined): string {
  return value === undefined ? "?" : String(Number(value.toPrecision(3)));
}
