/** A table of a markdown page; what is unknown is a dash. Columns of figures stand to the right. */
export function markdownTable(titles: readonly string[], rows: readonly (readonly (string | undefined)[])[]): string {
  const line = (cells: readonly (string | undefined)[]) => `| ${cells.map((cell) => cell ?? "-").join(" | ")} |`;
  const isFigures = (column: number) => rows.length > 0 && rows.every((row) => /^[\d.-]*$/.test(row[column] ?? ""));
  const rule = `|${titles.map((_, column) => (isFigures(column) ? "---:|" : "---|")).join("")}`;
  return [line(titles), rule, ...rows.map(line)].join("\n");
}
