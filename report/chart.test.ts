import { describe, expect, it } from "vitest";
import { formatChart } from "./chart.ts";

const options = { seconds: 90, columns: 40, rows: 4, hasColors: false };

describe("a chart", () => {
  it("shows a line with its scale, its name and its time axis", () => {
    const values = [0, 0, 0, 0, 4, 4, 4, 4, 0, 0];

    expect(linesOf(formatChart([{ name: "tasks", values }], options))).toEqual([
      "tasks",
      "     4 ┼               ╭───────────────╮",
      "     3 ┤               │               │",
      "     2 ┤               │               │",
      "     1 ┤               │               │",
      "     0 ┼───────────────╯               ╰───────",
      "        0                             1 min 30 s",
    ]);
  });

  it("keeps a peak of one value among thousands", () => {
    const values = Array.from({ length: 5_000 }, (_, index) => (index === 1_234 ? 7 : 0));

    expect(formatChart([{ name: "backlog", values }], options)).toContain("     7 ┼");
  });

  it("draws several series with one scale", () => {
    const chart = formatChart(
      [
        { name: "tasks", values: [1, 8, 1] },
        { name: "instances", values: [1, 2, 1] },
      ],
      options,
    );

    expect(chart.split("\n")[0]).toBe("tasks · instances");
    expect(chart).toContain("     8 ┼");
  });

  it("is a line at zero for zeros", () => {
    expect(formatChart([{ name: "tasks", values: [0, 0] }], options)).toContain("     0 ┼─");
  });

  it("uses colors only when asked to", () => {
    const series = [{ name: "tasks", values: [1, 2] }];

    expect(formatChart(series, options)).not.toContain("\u001b");
    expect(formatChart(series, { ...options, hasColors: true })).toContain("\u001b[36m");
  });
});

function linesOf(chart: string): string[] {
  return chart.split("\n").map((line) => line.trimEnd());
}
