import { formatChart } from "../report/chart.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Cloud } from "./cloud.ts";
import { viewFleet } from "./fleet.ts";

const intervalMilliseconds = 250;

/** What waited, and who worked, from one moment to another. */
export interface FleetCurve {
  /** Ends the recording and draws it: the backlog above, tasks and instances below. */
  stop(options: { columns: number; hasColors: boolean }): string;
}

/** Records the fleet a few times a second. */
export function recordFleet(cloud: Cloud, queueUrl: string, clock: Clock): FleetCurve {
  const startedAt = clock.now();
  const backlog: number[] = [];
  const tasks: number[] = [];
  const instances: number[] = [];
  let cancel = () => {};
  const record = () => {
    const fleet = viewFleet(cloud, queueUrl);
    backlog.push(fleet.visible);
    tasks.push(fleet.runningTasks);
    instances.push(fleet.instances);
    cancel = clock.after(intervalMilliseconds, record);
  };
  record();
  return {
    stop({ columns, hasColors }) {
      cancel();
      const options = { seconds: (clock.now() - startedAt) / 1000, columns: columns - 10, hasColors };
      const waiting = formatChart([{ name: "jobs waiting", values: backlog }], { ...options, rows: 6 });
      const working = formatChart(
        [
          { name: "tasks running", values: tasks },
          { name: "instances", values: instances },
        ],
        { ...options, rows: 8 },
      );
      return `${waiting}\n\n${working}`;
    },
  };
}
