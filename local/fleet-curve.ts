import { formatChart } from "../report/chart.ts";
import type { Fleet } from "./fleet.ts";

/** Backlog, tasks and instances over time. */
export interface FleetCurve {
  record(fleet: Fleet, now: number): void;
  /** Draws the backlog above, tasks and instances below. */
  draw(options: { columns: number; hasColors: boolean }): string;
  peaks(): { tasks: number; instances: number };
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
      const options = { seconds, columns: columns - axisColumns, rows: 10, hasColors };
      const waiting = { name: "jobs waiting", values: backlog };
      const working = [
        { name: "tasks running", values: tasks },
        { name: "instances", values: instances },
      ];
      // Without colors two lines in one chart look the same.
      const charts = hasColors ? [[waiting], working] : [[waiting], ...working.map((series) => [series])];
      return charts.map((series) => formatChart(series, options)).join("\n\n");
    },
    peaks: () => ({ tasks: Math.max(0, ...tasks), instances: Math.max(0, ...instances) }),
  };
}

const axisColumns = 10;
