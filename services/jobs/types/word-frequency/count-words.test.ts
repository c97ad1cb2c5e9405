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
      "ends at anything but letters, numbers and marks",
      "one,two_three-four\r\nfive\u00a0six",
      "one two three four five six",
    ],
    ["is the same in upper and lower case", "Word WORD word", "word word word"],
    ["is the same composed and decomposed", "caf\u00e9 cafe\u0301", "caf\u00e9 caf\u00e9"],
    ["keeps marks that nothing composes", "x\u0301y", "x\u0301y"],
    ["reaches across one apostrophe of either kind", "don't don’t", "don't don't"],
    ["does not reach across two", "rock''roll", "rock roll"],
    ["keeps no apostrophe at its ends", "'tis dogs' 'quoted'", "tis dogs quoted"],
    ["does not begin with a mark", "\u0301a", "a"],
    ["is ended by an emoji, which is none", "up👍🏽down ❤️ heart", "up down heart"],
    ["may be of letters beyond the first plane", "𐐀𐐨 𠮷野家", "𐐨𐐨 𠮷野家"],
    ["may be a number in any script", "24 ٢٤ Ⅷ", "24 ٢٤ ⅷ"],
    ["ends in a final sigma by itself, whatever follows", "ΟΔΟΣ.Α ΟΔΟΣ", "οδος α οδος"],
    ["is not joined to a byte order mark", "\ufefffirst", "first"],
    ["may be called like a property of every object", "constructor constructor", "constructor constructor"],
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

describe("counting", () => {
  it("agrees with the definition read one character at a time", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(count(text)).toEqual(Object.fromEntries(countNaively(text)));
      }),
      { numRuns: 2_000 },
    );
  });

  it("counts the same wherever the text is cut", () => {
    fc.assert(
      fc.property(anyText, fc.array(fc.nat({ max: 5 })), (text, lengths) => {
        const characters = Array.from(text);
        const parts = lengths.map((length) => characters.splice(0, length).join(""));

        expect(count(...parts, characters.join(""))).toEqual(count(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it("adds up over texts with a separator between them", () => {
    fc.assert(
      fc.property(anyText, anyText, fc.constantFrom(" ", "\r\n", "🙂", "''"), (one, other, separator) => {
        const sum = new Map(countNaively(one));
        for (const [word, times] of countNaively(other)) sum.set(word, (sum.get(word) ?? 0) + times);

        expect(count(one, separator, other)).toEqual(Object.fromEntries(sum));
      }),
    );
  });

  it("gives every word as it would count it again", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const word of Object.keys(count(text))) expect(count(word)).toEqual({ [word]: 1 });
      }),
    );
  });

  it.each([
    ["many words", ["one two ", "three"]],
    ["one long word", ["abcdef", "ghijkl"]],
  ])("gives up on a text whose different words are too many characters: %s", (_, parts) => {
    const counter = createWordCounter(10);

    const counting = () => {
      for (const part of parts) counter.add(part);
      counter.finish();
    };

    expect(counting).toThrow(expect.objectContaining({ code: "too-many-words", isFinal: true }));
  });
});
