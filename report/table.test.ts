import { styleText } from "node:util";
import { describe, expect, it } from "vitest";
import { formatTable } from "./table.ts";

describe("a table", () => {
  it("stands text to the left and numbers to the right, under their titles", () => {
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

  it("takes a number with its unit for a number", () => {
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

  it("shows what is unknown as a dash, never as zero", () => {
    const table = formatTable(
      ["name", "seconds"],
      [
        ["wait", undefined],
        ["total", 12],
      ],
    );

    expect(table.split("\n")).toEqual(["name   seconds", "wait         -", "total       12"]);
  });

  it("keeps columns straight beside wide characters, emoji, marks and colours", () => {
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

  it("keeps a cell of several lines in one", () => {
    expect(formatTable(["text"], [["one\r\ntwo"]])).toBe("text\none two");
  });

  it("is its titles alone without rows", () => {
    expect(formatTable(["word", "count"], [])).toBe("word  count");
  });
});
