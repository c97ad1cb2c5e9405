import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createWordCounter } from "./count-words.ts";
import { anyText } from "./testing/any-text.ts";
import { countNaively } from "./testing/count-naively.ts";

function count(...parts: string[]): Record<string, number> {
  const counter = createWordCounter();
  for (const part of parts) counter.add(part);
  return Object.fromEntries(counter.finish());
}

describe("a word", () => {
  it.each([
    [
      "ends at spaces, hyphens and most punctuation",
      "one,two;three-four\r\nfive\u00a0six/(seven)",
      "one two three four five six seven",
    ],
    ["is the same in upper and lower case", "Word WORD word", "word word word"],
    ["is the same composed and decomposed", "caf\u00e9 cafe\u0301", "caf\u00e9 caf\u00e9"],
    ["keeps combining marks without a composed form", "x\u0301y", "x\u0301y"],
    ["includes a single apostrophe of either kind", "don't don’t", "don't don't"],
    ["ends at two apostrophes", "rock''roll", "rock roll"],
    ["excludes apostrophes at its ends", "'tis dogs' 'quoted'", "tis dogs quoted"],
    ["does not begin with a mark", "\u0301a", "a"],
    ["ends at an emoji, which is not a word", "up👍🏽down ❤️ heart", "up down heart"],
    ["may have letters beyond the basic multilingual plane", "𐐀𐐨 𠮷", "𐐨𐐨 𠮷"],
    ["may be a number with its separators", "3.14 1,000.5 1.", "3.14 1,000.5 1"],
    ["includes underscores", "foo_bar_1", "foo_bar_1"],
    ["excludes underscores at its ends", "_foo_ __bar_baz ___ _", "foo bar_baz"],
    ["excludes underscores with a mark at its ends", "_\u0301a __\u0323_b c_\u0301_", "a b c"],
    ["excludes soft hyphens and direction marks", "co\u00adop coop coop\u200e", "coop coop coop"],
    ["includes a full stop between letters", "example.com e.g.", "example.com e.g"],
    ["may be a number in any script", "24 ٢٤ Ⅷ", "24 ٢٤ ⅷ"],
    ["has a final sigma independent of the following text", "ΟΔΟΣ,Α ΟΔΟΣ", "οδος α οδος"],
    ["is not joined to a byte order mark", "\ufefffirst", "first"],
    ["may be the name of an object property", "constructor constructor", "constructor constructor"],
  ])("%s", (_, text, words) => {
    const expected: Record<string, number> = {};
    for (const word of words.split(" "))
      expected[word] = (Object.hasOwn(expected, word) ? (expected[word] ?? 0) : 0) + 1;

    expect(count(text)).toEqual(expected);
  });

  it("does not exist in an empty text", () => {
    expect(count("")).toEqual({});
  });
});

/** Words divided by readers of these languages, not by a segmenter. */
const scripts: [script: string, text: string, words: string][] = [
  ["Latin", "All human beings are born free.", "all human beings are born free"],
  ["Cyrillic", "Все люди рождаются свободными.", "все люди рождаются свободными"],
  ["Greek", "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι.", "όλοι οι άνθρωποι γεννιούνται ελεύθεροι"],
  ["Arabic", "يولد جميع الناس أحرارا.", "يولد جميع الناس أحرارا"],
  ["Hebrew", "כל בני האדם נולדו חופשיים.", "כל בני האדם נולדו חופשיים"],
  ["Devanagari", "सभी मनुष्य स्वतंत्र हैं।", "सभी मनुष्य स्वतंत्र हैं"],
  ["Hangul", "모든 인간은 자유롭다.", "모든 인간은 자유롭다"],
  ["Han", "我爱北京天安门。", "我 爱 北京 天安门"],
  ["Japanese", "今日はいい天気です。", "今日 は いい 天気 です"],
  ["Thai", "ฉันกินข้าว", "ฉัน กิน ข้าว"],
  ["Lao", "ພາສາລາວ", "ພາສາ ລາວ"],
];

describe("the words of a sentence", () => {
  it.each(scripts)("in %s: %s", (_script, text, words) => {
    expect(Object.keys(count(text))).toEqual(words.normalize("NFC").split(" "));
  });
});

describe("counting", () => {
  it("agrees with the segmenter on the whole text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(count(text)).toEqual(Object.fromEntries(countNaively(text)));
      }),
      { numRuns: 2_000 },
    );
  });

  it("does not depend on where the text is split", () => {
    fc.assert(
      fc.property(anyText, fc.array(fc.nat({ max: 5 })), (text, lengths) => {
        const characters = Array.from(text);
        const parts = lengths.map((length) => characters.splice(0, length).join(""));

        expect(count(...parts, characters.join(""))).toEqual(count(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it("agrees with the segmenter on ASCII, for which it has own rules", () => {
    const ascii = fc.string({ unit: fc.constantFrom(..."aB09_'.,:;-\"\t\n "), maxLength: 30 });

    fc.assert(
      fc.property(fc.oneof(ascii, fc.string({ unit: "binary-ascii" })), (text) => {
        expect(count(text)).toEqual(Object.fromEntries(countNaively(text)));
      }),
      { numRuns: 20_000 },
    );
  });

  it.each([
    ["Chinese", "我爱北京天安门，"],
    ["of one word", "ab1"],
    ["of letters and signs", "ab+c/3.5="],
  ])("of a long run without separators does not depend on where it is split: %s", (_, unit) => {
    const text = unit.repeat(300_000 / unit.length);
    const partsOf = (size: number) => text.match(new RegExp(`.{1,${size}}`, "gsu")) ?? [];

    const whole = count(`${text} end`);

    expect(whole).toEqual(Object.fromEntries(countNaively(`${text} end`)));
    expect(count(...partsOf(10_000), " end")).toEqual(whole);
    expect(count(...partsOf(65_537), " end")).toEqual(whole);
  });

  it("is additive over texts joined by a separator", () => {
    fc.assert(
      fc.property(anyText, anyText, fc.constantFrom(" ", "\r\n", "。", "--"), (one, other, separator) => {
        const sum = new Map(countNaively(one));
        for (const [word, times] of countNaively(other)) sum.set(word, (sum.get(word) ?? 0) + times);

        expect(count(one, separator, other)).toEqual(Object.fromEntries(sum));
      }),
    );
  });

  it("normalizes words idempotently", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        // A dictionary may divide a word differently without its context, and a mark may have followed an underscore.
        const isAlone = /^[\p{L}\p{N}][^\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}]*$/u;
        const words = Object.keys(count(text)).filter((word) => isAlone.test(word));

        for (const word of words) expect(count(word)).toEqual({ [word]: 1 });
      }),
    );
  });

  it.each([
    ["many words", ["one two ", "three"]],
    ["one long word", ["abcdef", "ghijkl"]],
  ])("fails if the distinct words have too many characters: %s", (_, parts) => {
    const counter = createWordCounter(10);

    const counting = () => {
      for (const part of parts) counter.add(part);
      counter.finish();
    };

    expect(counting).toThrow(expect.objectContaining({ code: "too-many-words", isFinal: true }));
  });
});
