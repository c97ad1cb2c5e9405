import { formatChart } from "../report/chart.ts";
import type { Fleet } from "./fleet.ts";

/** What waited, and who worked, from the first look at the fleet to the last. */
export interface FleetCurve {
  record(fleet: Fleet, now: number): void;
  /** The backlog above, tasks and instances below. */
  draw(options: { columns: number; hasColors: boolean }): string;
}

export function createFleetCurve(): FleetCurve {
  const times: number[] = [];
  const backlog: number[] = [];
  const tasks: number[] = [];
  const instances: number[] = [];
  return {
    record(fleet, now) {
      times.push(now);
      backlog.push(fleet.visible);
      tasks.push(fleet.runningTasks);
      instances.push(fleet.instances);
    },
    draw({ columns, hasColors }) {
      const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000;
      const options = { seconds, columns: columns - axisColumns, hasColors };
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

const axisColumns = 10;
