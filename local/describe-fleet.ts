import { isFinished } from "../contract/job.ts";
import type { Cloud } from "./cloud.ts";
import type { Fleet } from "./fleet.ts";
import { readJobWrite } from "./read-job-write.ts";

/**
 * The status line: backlog, tasks and instances as actual/desired, the controller's need, and the last scaling
 * activity. The most important fields come first, because a narrow terminal cuts off the end.
 */
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

/** Numbers of accepted and finished jobs, counted by successful writes to the table. */
export interface JobCounts {
  accepted: number;
  finished: number;
}

/** Counts jobs by the writes that pass the gateway. */
export function watchJobs(cloud: Cloud): JobCounts {
  const counts: JobCounts = { accepted: 0, finished: 0 };
  cloud.gateway.observers.add({
    after(call, status) {
      const write = readJobWrite(call, status);
      if (write?.isNew) counts.accepted++;
      if (write?.state && isFinished(write.state)) counts.finished++;
      return "proceed";
    },
  });
  return counts;
}
