import type { JobCounts } from "./count-jobs.ts";
import type { Fleet } from "./fleet.ts";

/** What waits, who works on it, what the scaling sees and did last; as found against as wanted. A narrow terminal cuts off the end. */
export function describeFleet(fleet: Fleet, jobs: JobCounts): string {
  const { lastAction: action } = fleet;
  return [
    `queue ${fleet.visible}`,
    `tasks ${fleet.runningTasks}/${fleet.desiredTasks}${describeMinimum(fleet.minCapacity, fleet.minTasks)}`,
    `instances ${fleet.instances}${describeMinimum(fleet.minSize, 0)}`,
    `need ${fleet.needPercent === undefined ? "?" : Math.round(fleet.needPercent)} %`,
    ...(action ? [`${action.from}→${action.to} by ${action.trigger}`] : []),
    `done ${jobs.finished}/${jobs.accepted}`,
    `in flight ${fleet.inFlight}`,
  ].join(" · ");
}

/** Empty unless the controller has raised the minimum. */
function describeMinimum(minimum: number, usual: number): string {
  return minimum > usual ? `, at least ${minimum}` : "";
}
