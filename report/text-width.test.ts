import { describe, expect, it } from "vitest";
import { cutToWidth, textWidth } from "./text-width.ts";

describe("the width of a text", () => {
  it.each([
    ["", 0],
    ["plain", 5],
    ["e\u0301", 1],
    ["日本語", 6],
    ["한국", 4],
    ["ｆｕｌｌ", 8],
    ["🙂", 2],
    ["👍🏽", 2],
    ["❤\ufe0f", 2],
    ["🇩🇪", 2],
    ["\u200b", 0],
    ["\u001b[31mred\u001b[39m", 3],
  ])("%j takes %i columns", (text, width) => {
    expect(textWidth(text)).toBe(width);
  });
});

describe("a text cut to a width", () => {
  it.each([
    ["short", 5, "short"],
    ["longer", 5, "long…"],
    ["日本語", 5, "日本…"],
    ["日本語", 4, "日…"],
    ["any", 0, ""],
  ])("%j in %i columns is %j", (text, width, cut) => {
    expect(cutToWidth(text, width)).toBe(cut);
  });
});
