import { describe, expect, it } from "vitest";
import { countIndependently } from "./independent-count.ts";

describe("the independent count", () => {
  it.each([
    ["separators", "one,two-three\r\none", { one: 2, two: 1, three: 1 }],
    ["underscores", "two_three _one_ __one___ ___ _", { two_three: 1, one: 2 }],
    ["numbers with separators", "3.14 1,000.5 1. a.5", { "3.14": 1, "1,000.5": 1, "1": 1, a: 1, "5": 1 }],
    ["full stops and colons between letters", "example.com a:b", { "example.com": 1, "a:b": 1 }],
    ["soft hyphens and direction marks", "co\u00adop coop\u200e", { coop: 2 }],
    ["Hebrew quotes", "צה\"ל ג'", { 'צה"ל': 1, "ג'": 1 }],
    ["Cyrillic, Greek, Arabic and Devanagari", "Все γη ناس हैं।", { все: 1, γη: 1, ناس: 1, हैं: 1 }],
    ["Korean", "모든 인간은 biome은", { 모든: 1, 인간은: 1, biome: 1, 은: 1 }],
    [
      "Chinese, Japanese, Thai and Lao",
      "北京天安门。いい天気です ฉันกินข้าว ພາສາລາວ",
      {
        北京: 1,
        天安门: 1,
        いい: 1,
        天気: 1,
        です: 1,
        ฉัน: 1,
        กิน: 1,
        ข้าว: 1,
        ພາສາ: 1,
        ລາວ: 1,
      },
    ],
    ["case and composition", "Café CAFE\u0301", { café: 2 }],
    ["apostrophes within", "don't don’t o'clock's", { "don't": 2, "o'clock's": 1 }],
    ["apostrophes elsewhere", "'tis dogs' a''b c'\u0301d", { tis: 1, dogs: 1, a: 1, b: 1, "c'\u0301d": 1 }],
    ["marks without a letter", "\u0301 \u0301a a\u0301\u0323", { a: 1, "ạ\u0301": 1 }],
    ["emoji beside words", "up👍🏽down ❤\ufe0fheart", { up: 1, down: 1, heart: 1 }],
    ["letters beyond the first plane", "𐐀x 𠮷", { 𐐨x: 1, 𠮷: 1 }],
    ["numbers", "24 ٢٤ Ⅷ", { "24": 1, "٢٤": 1, ⅷ: 1 }],
    ["final sigma", "ΟΔΟΣ,Α", { οδος: 1, α: 1 }],
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
