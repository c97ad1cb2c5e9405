import { textWidth } from "./text-width.ts";

/** A cell of a table. `undefined` is shown as unknown, which is not zero. */
export type Cell = string | number | undefined;

/** Formats a table with aligned columns. Columns of numbers are right-aligned. */
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

/** Pads the title and the cells of a column to the same width. */
function layOut(title: string, cells: Cell[]): string[] {
  const texts = [title, ...cells.map((cell) => oneLine(cell ?? unknown))];
  const width = Math.max(...texts.map(textWidth));
  const isRight = cells.some(isQuantity) && cells.every((cell) => cell === undefined || isQuantity(cell));
  return texts.map((text) => {
    const padding = " ".repeat(width - textWidth(text));
    return isRight ? padding + text : text + padding;
  });
}

/** Numbers, and numbers with a unit as `formatSeconds` writes them. */
function isQuantity(cell: Cell): boolean {
  return typeof cell === "number" || (typeof cell === "string" && /^-?\d[\d.,]*( ?%| (ms|s|min|h|d)\b.*)?$/.test(cell));
}

function oneLine(cell: string | number): string {
  return String(cell).replaceAll(/\s+/g, " ");
}
