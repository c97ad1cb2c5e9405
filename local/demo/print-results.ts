import { formatSeconds } from "../../report/duration.ts";
import { summarize } from "../../report/percentile.ts";
import { formatTable } from "../../report/table.ts";
import type { Difference } from "./check-counts.ts";
import type { FinishedText } from "./follow-jobs.ts";
import { readWordCounts } from "./word-counts.ts";

/** Prints the number of texts and words, the processing times and the differences. */
export function printResults(
  finished: readonly FinishedText[],
  differences: readonly Difference[],
  write: (text: string) => void,
): void {
  const counts = addUp(finished);
  write(`\n${describeSize(finished, counts)}\n`);
  write(`${formatMostFrequent(counts)}\n`);
  write(`${formatTimes(finished)}\n`);
  if (differences.length === 0) write("Every count is equal to an independent count of the same text.");
  else write(formatDifferences(differences));
}

const shownWords = 10;
const shownDifferences = 20;

function addUp(finished: readonly FinishedText[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { result } of finished) {
    for (const [word, count] of readWordCounts(result)?.counts ?? []) sums.set(word, (sums.get(word) ?? 0) + count);
  }
  return sums;
}

function describeSize(finished: readonly FinishedText[], counts: Map<string, number>): string {
  const uploads = finished.filter(({ wasUploaded }) => wasUploaded).length;
  const failed = finished.filter(({ job }) => job.state !== "succeeded").length;
  const words = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const megabytes = finished.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1e6;
  return [
    `${finished.length} texts (${megabytes.toFixed(1)} MB), ${uploads} of them by upload, ${failed} not counted, because their jobs failed`,
    `${words} words, ${counts.size} distinct`,
  ].join("\n");
}

function formatMostFrequent(counts: Map<string, number>): string {
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return formatTable(["most frequent", "count"], sorted.slice(0, shownWords));
}

function formatTimes(finished: readonly FinishedText[]): string {
  const times = (until: "startedAt" | "finishedAt") =>
    finished.map(({ job }) => secondsBetween(job.createdAt, job[until])).filter((seconds) => seconds !== undefined);
  return formatTable(
    ["time", "p50", "p95", "p99"],
    [timesRow("accepted to started", times("startedAt")), timesRow("accepted to finished", times("finishedAt"))],
  );
}

function timesRow(name: string, seconds: number[]): (string | undefined)[] {
  const { p50, p95, p99 } = summarize(seconds) ?? {};
  return [name, ...[p50, p95, p99].map((value) => (value === undefined ? undefined : formatSeconds(value)))];
}

function secondsBetween(from: string, to: string | undefined): number | undefined {
  return to === undefined ? undefined : (Date.parse(to) - Date.parse(from)) / 1000;
}

function formatDifferences(differences: readonly Difference[]): string {
  const rows = differences
    .slice(0, shownDifferences)
    .map(({ path, what, expected, got }) => [path, what, expected, got]);
  const more = differences.length - rows.length;
  return formatTable(["text", "compared", "expected", "came"], rows) + (more > 0 ? `\nand ${more} more` : "");
}
