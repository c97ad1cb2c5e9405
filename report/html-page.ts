import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Cell } from "./table.ts";

/** A chart of series over time. `undefined` is a gap. */
export interface HtmlChart {
  title: string;
  /** Unit of the values, such as `jobs` or `%`. */
  unit: string;
  /** A value holds until the next one. */
  isStepped?: boolean;
  seconds: readonly number[];
  series: readonly { name: string; values: readonly (number | undefined)[] }[];
}

export interface HtmlPage {
  title: string;
  /** Time, target and arguments. */
  about: string;
  verdict: { kind: "good" | "bad" | "open"; headline: string; findings: readonly string[] };
  /** The main figures, shown above the charts. */
  figures: readonly { name: string; value: string; note?: string }[];
  charts: readonly HtmlChart[];
  tables: readonly { titles: readonly string[]; rows: readonly (readonly Cell[])[] }[];
  notes: readonly string[];
}

/** Formats a self-contained page. It includes uPlot, which draws the charts; its policy forbids any request. */
export function formatHtmlPage({ title, about, verdict, figures, charts, tables, notes }: HtmlPage): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${escapeHtml(`${title}: ${verdict.headline}`)}</title>
<style>${readPackage("uplot/dist/uPlot.min.css")}
${readOwn("html-page.css")}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<p class="about">${escapeHtml(about)}</p>
<div class="verdict ${verdict.kind}"><p>${escapeHtml(verdict.headline)}</p>${formatList(verdict.findings)}</div>
<dl class="figures">${figures.map(formatFigure).join("")}</dl>
<div class="charts">${charts.map(formatChart).join("")}</div>
<div class="tables">${tables.map(formatTable).join("\n")}</div>
${formatList(notes, "notes")}
<script>${readPackage("uplot/dist/uPlot.iife.min.js")}</script>
<script>
const charts = ${toScript(charts.map(toData))};
${readOwn("html-page-charts.js")}</script>
</body>
</html>
`;
}

const require = createRequire(import.meta.url);

function readPackage(name: string): string {
  return readFileSync(require.resolve(name), "utf8");
}

function readOwn(name: string): string {
  return readFileSync(fileURLToPath(new URL(name, import.meta.url)), "utf8");
}

function formatList(sentences: readonly string[], name?: string): string {
  if (sentences.length === 0) return "";
  const items = sentences.map((sentence) => `<li>${escapeHtml(sentence)}</li>`).join("");
  return `<ul${name === undefined ? "" : ` class="${name}"`}>${items}</ul>`;
}

function formatFigure({ name, value, note }: HtmlPage["figures"][number]): string {
  const more = note === undefined ? "" : `<dd class="note">${escapeHtml(note)}</dd>`;
  return `<div><dt>${escapeHtml(name)}</dt><dd class="value">${escapeHtml(value)}</dd>${more}</div>`;
}

function formatChart({ title, unit }: HtmlChart): string {
  return `<section><h2>${escapeHtml(title)} <small>${escapeHtml(unit)}</small></h2><div></div></section>`;
}

function formatTable({ titles, rows }: HtmlPage["tables"][number]): string {
  const line = (cells: readonly Cell[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(formatCell(cell))}</${tag}>`).join("")}</tr>`;
  return `<section><table>${line(titles, "th")}${rows.map((row) => line(row, "td")).join("")}</table></section>`;
}

function formatCell(cell: Cell): string {
  return typeof cell === "number" ? cell.toLocaleString("en-US") : (cell ?? "-");
}

function toData({ unit, isStepped = false, seconds, series }: HtmlChart) {
  const values = series.map((line) => line.values.map((value) => value ?? null));
  return { unit, isStepped, names: series.map(({ name }) => name), data: [seconds, ...values] };
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** HTML ends a script at the first `</script`, even within a string. */
function toScript(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}
