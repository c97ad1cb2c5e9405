import { expect, it } from "vitest";
import { markdownTable } from "./markdown.ts";

it("sets figures to the right and words to the left, and shows what is unknown as a dash", () => {
  const table = markdownTable(
    ["policy", "tasks", "seen"],
    [
      ["a", "1.20", "all 3"],
      ["b", undefined, "none"],
    ],
  );

  expect(table.split("\n")).toEqual([
    "| policy | tasks | seen |",
    "|---|---:|---|",
    "| a | 1.20 | all 3 |",
    "| b | - | none |",
  ]);
});
