import { textWidth } from "./text-width.ts";

/** What stands in a table; `undefined` is shown as unknown, which is not zero. */
export type Cell = string | number | undefined;

/** A table of aligned columns under their titles; columns of numbers stand to the right. */
export function formatTable(titles: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const columns = titles.map((title, index) =>
    layOut(
      title,
      rows.map((row) => row[index]),
    ),
  );
  const lines = [0, ...rows.map((_, index) => index + 1)].map((line) => columns.map((column) => column[line] ?? ""));
  return lines.map((line) => line.join("  ").trimEnd()).join("\n");
}

const unknown = "-";

/** The title and the cells of one column, all of the same width. */
function layOut(title: string, cells: Cell[]): string[] {
  const texts = [title, ...cells.map((cell) => oneLine(cell ?? unknown))];
  const width = Math.max(...texts.map(textWidth));
  const isRight = cells.some(isQuantity) && cells.every((cell) => cell === undefined || isQuantity(cell));
  return texts.map((text) => {
    const padding = " ".repeat(width - textWidth(text));
    return isRight ? padding + text : text + padding;
  });
}

/** Numbers, and numbers with their unit as `formatSeconds` writes them. */
function isQuantity(cell: Cell): boolean {
  return typeof cell === "number" || (typeof cell === "string" && /^-?\d[\d.,]*( ?%| (ms|s|min|h|d)\b.*)?$/.test(cell));
}

function oneLine(cell: string | number): string {
  return String(cell).replaceAll(/\s+/g, " ");
}
