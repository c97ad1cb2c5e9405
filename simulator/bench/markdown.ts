/** A Markdown table; unknown cells are a dash, columns of figures are aligned right. */
export function markdownTable(titles: readonly string[], rows: readonly (readonly (string | undefined)[])[]): string {
  const line = (cells: readonly (string | undefined)[]) => `| ${cells.map((cell) => cell ?? "-").join(" | ")} |`;
  const isFigures = (column: number) => rows.length > 0 && rows.every((row) => /^[\d.-]*$/.test(row[column] ?? ""));
  const rule = `|${titles.map((_, column) => (isFigures(column) ? "---:|" : "---|")).join("")}`;
  return [line(titles), rule, ...rows.map(line)].join("\n");
}

/** Figures as the page shows them; unknown stays undefined, for a dash. */
export function percent(value: number): string;
export function percent(value: number | undefined): string | undefined;
export function percent(value: number | undefined): string | undefined {
  return value?.toFixed(1);
}

export function ratio(value: number): string;
export function ratio(value: number | undefined): string | undefined;
export function ratio(value: number | undefined): string | undefined {
  return value?.toFixed(2);
}

/** The three that judge, in the order in which the page has them everywhere: in time, task-hours, instance-hours. */
export function threeFigures(one: { slo: number; tasks: number; instances: number | undefined }): string {
  return `${percent(one.slo)} · ${ratio(one.tasks)} · ${ratio(one.instances) ?? "-"}`;
}
