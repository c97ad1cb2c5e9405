import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Cell } from "./table.ts";

/** Lines over time in one chart; `undefined` is a gap. */
export interface HtmlChart {
  title: string;
  seconds: readonly number[];
  series: readonly { name: string; values: readonly (number | undefined)[] }[];
}

export interface HtmlPage {
  title: string;
  paragraphs: readonly string[];
  tables: readonly { titles: readonly string[]; rows: readonly (readonly Cell[])[] }[];
  charts: readonly HtmlChart[];
}

/** One page that needs nothing else: tables, and charts by uPlot, which stands in the page itself. */
export function formatHtmlPage({ title, paragraphs, tables, charts }: HtmlPage): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>${readAsset("uplot/dist/uPlot.min.css")}
body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#222}
table{border-collapse:collapse;margin:1rem 0}th,td{padding:.15rem .8rem .15rem 0;text-align:left;border-bottom:1px solid #ddd;white-space:pre}
td+td,th+th{text-align:right}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`).join("\n")}
<main id="charts"></main>
${tables.map(formatTable).join("\n")}
<script>${readAsset("uplot/dist/uPlot.iife.min.js")}</script>
<script>
const charts = ${toScript(charts.map(({ title, seconds, series }) => ({ title, names: series.map(({ name }) => name), data: [seconds, ...series.map(({ values }) => values.map((value) => value ?? null))] })))};
const colors = ["#0969da", "#cf222e", "#1a7f37", "#9a6700"];
for (const { title, names, data } of charts) {
  new uPlot({
    title, width: Math.min(960, innerWidth - 40), height: 260,
    scales: { x: { time: false } },
    axes: [{ label: "seconds" }, { size: 70 }],
    series: [{ label: "s" }, ...names.map((label, i) => ({ label, stroke: colors[i % colors.length], width: 1.5 }))],
  }, data, document.getElementById("charts"));
}
</script>
</body>
</html>
`;
}

const require = createRequire(import.meta.url);

function readAsset(name: string): string {
  return readFileSync(require.resolve(name), "utf8");
}

function formatTable({ titles, rows }: HtmlPage["tables"][number]): string {
  const line = (cells: readonly Cell[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(String(cell ?? "-"))}</${tag}>`).join("")}</tr>`;
  return `<table>${line(titles, "th")}${rows.map((row) => line(row, "td")).join("")}</table>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** A script ends at the first `</script`, wherever it stands. */
function toScript(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}
