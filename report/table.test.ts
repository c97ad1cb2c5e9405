import { styleText } from "node:util";
import { describe, expect, it } from "vitest";
import { formatTable } from "./table.ts";

describe("a table", () => {
  it("aligns text to the left and numbers to the right, under their titles", () => {
    const table = formatTable(
      ["word", "count"],
      [
        ["the", 1024],
        ["a", 7],
      ],
    );

    expect(table.split("\n")).toEqual([
      "word  count", //
      "the    1024",
      "a         7",
    ]);
  });

  it("treats a number with a unit as a number", () => {
    const table = formatTable(
      ["p50", "share"],
      [
        ["850 ms", "7%"],
        ["1 min 05 s", "100%"],
      ],
    );

    expect(table.split("\n")).toEqual([
      "       p50  share", //
      "    850 ms     7%",
      "1 min 05 s   100%",
    ]);
  });

  it("shows an unknown value as a dash, never as zero", () => {
    const table = formatTable(
      ["name", "seconds"],
      [
        ["wait", undefined],
        ["total", 12],
      ],
    );

    expect(table.split("\n")).toEqual(["name   seconds", "wait         -", "total       12"]);
  });

  it("aligns columns with wide characters, emoji, combining marks and colors", () => {
    const words = ["日本", "👨‍👩‍👧", "e\u0301", styleText("red", "red", { validateStream: false })];

    const lines = formatTable(
      ["word", "count"],
      words.map((word) => [word, 1]),
    ).split("\n");

    expect(lines).toEqual([
      "word  count",
      "日本      1",
      "👨‍👩‍👧        1",
      "e\u0301         1",
      `${words[3]}       1`,
    ]);
  });

  it("shows a cell of several lines in one line", () => {
    expect(formatTable(["text"], [["one\r\ntwo"]])).toBe("text\none two");
  });

  it("has only its titles without rows", () => {
    expect(formatTable(["word", "count"], [])).toBe("word  count");
  });
});
