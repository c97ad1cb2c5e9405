import { describe, expect, it } from "vitest";
import { countIndependently } from "./independent-count.ts";

describe("the independent count", () => {
  it.each([
    ["separators", "one,two_three\r\none", { one: 2, two: 1, three: 1 }],
    ["case and composition", "Café CAFE\u0301", { café: 2 }],
    ["apostrophes within", "don't don’t o'clock's", { "don't": 2, "o'clock's": 1 }],
    ["apostrophes elsewhere", "'tis dogs' a''b c'\u0301d", { tis: 1, dogs: 1, a: 1, b: 1, c: 1, d: 1 }],
    ["marks without a letter", "\u0301 \u0301a a\u0301\u0323", { a: 1, "ạ\u0301": 1 }],
    ["emoji beside words", "up👍🏽down ❤\ufe0fheart", { up: 1, down: 1, heart: 1 }],
    ["letters beyond the first plane", "𐐀x 𠮷", { 𐐨x: 1, 𠮷: 1 }],
    ["numbers", "24 ٢٤ Ⅷ", { "24": 1, "٢٤": 1, ⅷ: 1 }],
    ["final sigma", "ΟΔΟΣ.Α", { οδος: 1, α: 1 }],
    ["a byte order mark", "\ufefffirst", { first: 1 }],
    ["nothing", "", {}],
  ])("reads %s", (_, text, counts) => {
    expect(countIndependently(Buffer.from(text))).toEqual(new Map(Object.entries(counts)));
  });

  it.each([
    ["broken UTF-8", Buffer.from([0x61, 0xff])],
    ["UTF-16", Buffer.from("\ufeffText", "utf16le")],
    ["a NUL", Buffer.from("a\0b")],
  ])("has none for %s", (_, bytes) => {
    expect(countIndependently(bytes)).toBeUndefined();
  });
});
