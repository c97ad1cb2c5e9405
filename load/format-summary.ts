import { formatSeconds } from "../report/duration.ts";
import type { Percentiles } from "../report/percentile.ts";
import { type Cell, formatTable } from "../report/table.ts";
import type { LoadSummary } from "./summarize-load.ts";

/** A table of the report, for the terminal and the page alike. */
export interface SummaryTable {
  titles: string[];
  rows: Cell[][];
}

export function tabulate(summary: LoadSummary): SummaryTable[] {
  const { fleet, lateness } = summary;
  const states = Object.entries(summary.states).map(([state, count]): Cell[] => [`  ${state}`, count]);
  const reasons = Object.entries(summary.reasons).map(([reason, count]): Cell[] => [`  ${reason}`, count]);
  return [
    {
      titles: ["jobs", "count"],
      rows: [
        ["planned", summary.planned],
        ["accepted", summary.accepted],
        ["refused", summary.refused],
        ["unanswered", summary.unanswered],
        ...reasons,
        ["finished", summary.finished],
        ...states,
        ["started more than once", summary.startedAgain],
        ["LOST", summary.lost.length],
        ["FINISHED TWICE", summary.doubled.length],
      ],
    },
    {
      titles: ["time", "p50", "p95", "p99"],
      rows: [
        timesRow("POST answered", summary.post),
        timesRow("sent later than planned", lateness),
        timesRow("accepted to started", summary.waitBeforeStart),
        timesRow("accepted to finished", summary.total),
      ],
    },
    {
      titles: ["load and fleet", "value"],
      rows: [
        ["jobs finished a second", summary.throughput?.toFixed(1)],
        ["sending took", formatSeconds(summary.sendingSeconds)],
        ["last job ended, after the last request", seconds(summary.drainSeconds)],
        ["most tasks", fleet?.mostTasks],
        ["most instances", fleet?.mostInstances],
        ["fleet as small as before after", seconds(fleet?.backSeconds)],
      ],
    },
    {
      titles: ["cost at list prices, from below", "USD"],
      rows: summary.cost.map(({ what, usd }) => [what, usd?.toFixed(5)]),
    },
  ];
}

/** The report as text; what is wrong stands last. */
export function formatSummary(summary: LoadSummary): string {
  const tables = tabulate(summary).map(({ titles, rows }) => formatTable(titles, rows));
  return [...tables, judge(summary).join("\n")].join("\n\n");
}

/** What the numbers mean, a sentence each. */
export function judge(summary: LoadSummary): string[] {
  const sentences: string[] = [];
  if (!summary.isPlanKept) {
    const most = formatSeconds(summary.lateness?.most ?? 0);
    sentences.push(`WARNING: this machine could not keep the plan; the latest request left ${most} after its moment.`);
  }
  for (const { jobId, last } of summary.lost.slice(0, mostNamed)) sentences.push(`LOST: ${jobId}: ${last}`);
  for (const { jobId, first, then } of summary.doubled.slice(0, mostNamed)) {
    sentences.push(`FINISHED TWICE: ${jobId}: first ${first}, then ${then}`);
  }
  if (summary.accepted === 0)
    sentences.push("NO VERDICT: no job was accepted, so that nothing was seen of what becomes of one.");
  if (summary.ok) sentences.push("No accepted job was lost, and none was seen to end a second time.");
  sentences.push("Seen from outside: a second run of a job that left its record unchanged would not show here.");
  return sentences;
}

const mostNamed = 10;

function timesRow(name: string, times: Percentiles | undefined): Cell[] {
  return [name, seconds(times?.p50), seconds(times?.p95), seconds(times?.p99)];
}

function seconds(value: number | undefined): string | undefined {
  return value === undefined ? undefined : formatSeconds(value);
}
