import { formatSeconds } from "../report/duration.ts";
import { formatHtmlPage, type HtmlPage } from "../report/html-page.ts";
import type { Spread } from "../report/percentile.ts";
import { drawCharts } from "./charts.ts";
import { tabulate } from "./format-summary.ts";
import type { Verdict } from "./judge-load.ts";
import type { LoadRecord, LoadSummary } from "./summarize-load.ts";

const kinds = { passed: "good", failed: "bad", none: "open" } as const;

/** Formats the report as an HTML page: verdict, main figures, charts, then all tables. */
export function drawPage(about: string, record: LoadRecord, summary: LoadSummary, verdict: Verdict): string {
  return formatHtmlPage({
    title: "Sluice load test",
    about,
    verdict: { kind: kinds[verdict.outcome], headline: verdict.headline, findings: verdict.findings },
    figures: pickFigures(summary),
    charts: drawCharts(record),
    tables: tabulate(summary),
    notes: verdict.notes,
  });
}

function pickFigures(summary: LoadSummary): HtmlPage["figures"] {
  const { planned, accepted, acceptedUnanswered, finished, throughput, fleet } = summary;
  const all = accepted + acceptedUnanswered;
  return [
    {
      name: "Accepted",
      value: format(all),
      note: `of ${format(planned)} jobs, within ${formatSeconds(summary.answeredSeconds)}`,
    },
    {
      name: "Finished",
      value: format(finished),
      note: `${format(summary.lost.length)} lost, ${format(summary.doubled.length)} twice`,
    },
    figureOf("POST answered", summary.post),
    figureOf("Waited", summary.wait),
    figureOf("End to end", summary.endToEnd),
    {
      name: "Throughput",
      value: throughput === undefined ? "-" : `${throughput.toFixed(throughput < 10 ? 1 : 0)}/s`,
      note: fleet === undefined ? "finished jobs" : `finished jobs, with up to ${fleet.mostTasks} tasks`,
    },
  ];
}

function figureOf(name: string, times: Spread | undefined): HtmlPage["figures"][number] {
  if (times === undefined) return { name, value: "-", note: "unknown" };
  return { name, value: formatSeconds(times.p50), note: `median; p99 ${formatSeconds(times.p99)}` };
}

function format(count: number): string {
  return count.toLocaleString("en-US");
}
