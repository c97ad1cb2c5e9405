import { isFinished, type JobState } from "../contract/job.ts";
import type { Cloud } from "./cloud.ts";
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

/** How many jobs were accepted and how many ended, as the table's successful writes tell. */
export interface JobCounts {
  accepted: number;
  finished: number;
}

/** Watches the writes that pass the gateway; needs nothing of the services. */
export function watchJobs(cloud: Cloud): JobCounts {
  const counts: JobCounts = { accepted: 0, finished: 0 };
  cloud.gateway.observers.add({
    after(call, status) {
      if (call.service !== "dynamodb" || call.action !== "PutItem" || status !== 200) return "proceed";
      const item = (call.input as { Item?: { state?: { S?: JobState }; version?: { N?: string } } }).Item;
      if (item?.state?.S === "queued" && item.version?.N === "1") counts.accepted++;
      if (item?.state?.S && isFinished(item.state.S)) counts.finished++;
      return "proceed";
    },
  });
  return counts;
}
