import { formatSeconds } from "../report/duration.ts";
import { formatTable } from "../report/table.ts";
import type { ReplayResult } from "./replay/result.ts";
import type { Layer } from "./replay/scenario.ts";
import { type ListSummary, summarizeLists, summarizePolicies } from "./summarize.ts";

/** The results as people read them: over all lists where there are several, else the one list in full. */
export function formatResults(results: readonly ReplayResult[], layer: Layer, seeds: number): string {
  const lists = new Set(results.map(({ list }) => list));
  const over = `${seeds} seed${seeds === 1 ? "" : "s"}, ${layer === "aws" ? "a model of AWS" : "an ideal cloud"}`;
  const [only] = lists;
  const title =
    lists.size === 1
      ? `${only}: simulated, ${over}`
      : `${lists.size} lists: simulated, ${over}; means and geometric means`;
  const table = lists.size === 1 ? formatList(summarizeLists(results)) : formatSummary(results);
  return `${title}. Nothing here was measured on AWS.\n\n${table}\n`;
}

function formatSummary(results: readonly ReplayResult[]): string {
  return formatTable(
    ["policy", "in time %", "lists >= 95 %", "tasks / least", "instances / plan", "reversals/h"],
    summarizePolicies(results).map((summary) => [
      summary.policy,
      summary.meanSloPercent.toFixed(1),
      `${summary.listsInTime} of ${summary.lists}`,
      summary.taskRatio.toFixed(2),
      summary.instanceRatio?.toFixed(2),
      summary.reversalsPerHour.toFixed(1),
    ]),
  );
}

function formatList(rows: readonly ListSummary[]): string {
  return formatTable(
    [
      "policy",
      "in time %",
      "tasks / least",
      "instances / plan",
      "task-hours",
      "instance-hours",
      "wait p50",
      "p95",
      "p99",
      "reversals/h",
      "instances launched",
    ],
    rows.map((row) => [
      row.policy,
      row.sloPercent.toFixed(1),
      row.taskRatio.toFixed(2),
      row.instanceRatio?.toFixed(2),
      row.taskHours.toFixed(1),
      row.instanceHours.toFixed(1),
      row.waitSeconds && formatSeconds(row.waitSeconds.p50),
      row.waitSeconds && formatSeconds(row.waitSeconds.p95),
      row.waitSeconds && formatSeconds(row.waitSeconds.p99),
      row.reversalsPerHour.toFixed(1),
      row.instancesLaunched.toFixed(0),
    ]),
  );
}
