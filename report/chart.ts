import * as asciichart from "asciichart";
import { formatSeconds } from "./duration.ts";

/** A quantity over time, with values at equal intervals. */
export interface Series {
  name: string;
  values: readonly number[];
}

export interface ChartOptions {
  seconds: number;
  /** Width of the plot without its axis. */
  columns: number;
  rows: number;
  /** Whether the output shows ANSI colors. */
  hasColors: boolean;
}

const colors = [asciichart.cyan, asciichart.yellow, asciichart.magenta];

/**
 * Draws up to three series over the same time as lines of text, with their names above and the time axis below. With more
 * values than columns, a column shows its highest value, so that no peak is lost.
 */
export function formatChart(series: readonly Series[], options: ChartOptions): string {
  const highest = Math.max(1, ...series.flatMap(({ values }) => values));
  const names = series.map(({ name }, index) => (options.hasColors ? `${colors[index]}${name}\u001b[0m` : name));
  const plot = asciichart.plot(
    series.map(({ values }) => fitInto(values, options.columns)),
    {
      min: 0,
      max: highest,
      height: Math.min(options.rows, highest),
      format: (value) => String(Math.round(value)).padStart(axisWidth),
      ...(options.hasColors ? { colors: colors.slice(0, series.length) } : {}),
    },
  );
  return `${names.join(" · ")}\n${plot}\n${timeAxis(options)}`;
}

const axisWidth = 6;

function timeAxis({ seconds, columns }: ChartOptions): string {
  const end = formatSeconds(seconds);
  const margin = " ".repeat(axisWidth + 2);
  return `${margin}0${end.padStart(columns - 1)}`;
}

/** Returns the highest value of each column. With fewer values than columns, a value fills several columns. */
function fitInto(values: readonly number[], columns: number): number[] {
  return Array.from({ length: columns }, (_, column) => {
    const from = Math.floor((column * values.length) / columns);
    const to = Math.max(from + 1, Math.floor(((column + 1) * values.length) / columns));
    return Math.max(0, ...values.slice(from, to));
  });
}
