import type { JobCounts } from "./count-jobs.ts";
import type { Fleet } from "./fleet.ts";

/** What waits, who works on it, what the scaling sees and did last; the most telling first, as a narrow terminal cuts off the end. */
export function describeFleet(fleet: Fleet, jobs: JobCounts): string {
  const { lastAction: action } = fleet;
  return [
    `queue ${fleet.visible}`,
    `in flight ${fleet.inFlight}`,
    `tasks ${fleet.runningTasks} of ${fleet.desiredTasks}`,
    `instances ${fleet.instances}`,
    `jobs done ${jobs.finished} of ${jobs.accepted}`,
    `backlog per task ${describeNumber(fleet.backlogPerTask)}, acceptable ${describeNumber(fleet.acceptableBacklog)}`,
    ...(action ? [`${action.from} → ${action.to} tasks: ${action.cause}`] : []),
  ].join(" · ");
}

function describeNumber(value: number | undefined): string {
  return value === undefined ? "unknown" : String(Number(value.toPrecision(3)));
}
