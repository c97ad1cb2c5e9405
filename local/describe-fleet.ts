import type { JobCounts } from "./count-jobs.ts";
import type { Fleet } from "./fleet.ts";

/** What waits, who works on it, what the scaling sees and did last; as found against as wanted. A narrow terminal cuts off the end. */
export function describeFleet(fleet: Fleet, jobs: JobCounts): string {
  const { lastAction: action } = fleet;
  return [
    `queue ${fleet.visible}`,
    `tasks ${fleet.runningTasks}/${fleet.desiredTasks}${describeFloor(fleet.taskFloor, fleet.minTasks)}`,
    `instances ${fleet.instances}${describeFloor(fleet.instanceFloor, 0)}`,
    `need ${fleet.needPercent === undefined ? "?" : Math.round(fleet.needPercent)} %`,
    ...(action ? [`${action.from}→${action.to} by ${action.trigger}`] : []),
    `done ${jobs.finished}/${jobs.accepted}`,
    `in flight ${fleet.inFlight}`,
  ].join(" · ");
}

/** Worth a word only where somebody has raised it. */
function describeFloor(floor: number, usual: number): string {
  return floor > usual ? `, at least ${floor}` : "";
}
