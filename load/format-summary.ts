import { formatSeconds } from "../report/duration.ts";
import type { Spread } from "../report/percentile.ts";
import { type Cell, formatTable } from "../report/table.ts";
import type { Verdict } from "./judge-load.ts";
import type { LoadSummary } from "./summarize-load.ts";

/** A table of the report, for the terminal and the page. */
export interface SummaryTable {
  titles: string[];
  rows: Cell[][];
}

export function tabulate(summary: LoadSummary): SummaryTable[] {
  const { fleet } = summary;
  const states = Object.entries(summary.states).map(([state, count]): Cell[] => [`  ${state}`, count]);
  const reasons = Object.entries(summary.reasons).map(([reason, count]): Cell[] => [`  ${reason}`, count]);
  return [
    {
      titles: ["time", "p50", "p90", "p99", "max"],
      rows: [
        timesRow("POST answered after", summary.post),
        timesRow("waited for the start", summary.wait),
        timesRow("ran", summary.run),
        timesRow("end to end, from the planned time", summary.endToEnd),
        timesRow("sent later than planned", summary.lateness),
      ],
    },
    {
      titles: ["jobs", "count"],
      rows: [
        ["planned", summary.planned],
        ["accepted", summary.accepted],
        ["accepted without an answer", summary.acceptedUnanswered],
        ["refused", summary.refused],
        ["never accepted, without an answer", summary.neverAccepted],
        ["unknown, without an answer", summary.unknown],
        ...reasons,
        ["finished", summary.finished],
        ...states,
        ["started more than once", summary.startedAgain],
        ["LOST", summary.lost.length],
        ["FINISHED TWICE", summary.doubled.length],
      ],
    },
    {
      titles: ["load and fleet", "value"],
      rows: [
        ["jobs finished per second", summary.throughput?.toFixed(1)],
        ["time spent sending", formatSeconds(summary.sendingSeconds)],
        ["last answer after", formatSeconds(summary.answeredSeconds)],
        ["last job ended, after the last request", seconds(summary.drainSeconds)],
        ["most tasks", fleet?.mostTasks],
        ["most instances", fleet?.mostInstances],
        ["fleet back at its initial size after", seconds(fleet?.backSeconds)],
      ],
    },
    {
      titles: ["cost at list prices, lower bound", "USD"],
      rows: summary.cost.map(({ what, usd }) => [what, usd?.toFixed(5)]),
    },
  ];
}

/** Formats the report as text, with the verdict at the end. */
export function formatSummary(summary: LoadSummary, { headline, findings, notes }: Verdict): string {
  const tables = tabulate(summary).map(({ titles, rows }) => formatTable(titles, rows));
  return [...tables, notes.join("\n"), [headline, ...findings].join("\n")].join("\n\n");
}

function timesRow(name: string, times: Spread | undefined): Cell[] {
  return [name, seconds(times?.p50), seconds(times?.p90), seconds(times?.p99), seconds(times?.max)];
}

function seconds(value: number | undefined): string | undefined {
  return value === undefined ? undefined : formatSeconds(value);
}
