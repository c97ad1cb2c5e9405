import type { LiveLine } from "../report/live-line.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Cloud } from "./cloud.ts";
import type { JobCounts } from "./count-jobs.ts";
import { type Fleet, viewFleet } from "./fleet.ts";

const intervalMilliseconds = 250;

/** Keeps one line of a terminal true: what waits, who works on it, what the scaling sees and did last. */
export function startStatusLine(options: {
  cloud: Cloud;
  queueUrl: string;
  jobs: JobCounts;
  line: LiveLine;
  clock: Clock;
}): () => void {
  const { cloud, queueUrl, jobs, line, clock } = options;
  let cancel = () => {};
  const tick = () => {
    line.update(describeFleet(viewFleet(cloud, queueUrl), jobs));
    cancel = clock.after(intervalMilliseconds, tick);
  };
  tick();
  return () => cancel();
}

/** One line, the most telling first, as a narrow terminal cuts off its end. */
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
