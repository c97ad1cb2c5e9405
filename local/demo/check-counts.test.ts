import { describe, expect, it } from "vitest";
import { checkCounts } from "./check-counts.ts";
import { finishedText, rightResult } from "./testing/finished-text.ts";

const notText = { code: "not-text", message: "byte 0 is not UTF-8" };

describe("checking a text's counts", () => {
  it("finds nothing where all agree", () => {
    expect(checkCounts(finishedText())).toEqual([]);
  });

  it.each([
    ["a count", { counts: { a: 2, b: 9 } }, 'count of "b"', "1", "9"],
    ["a missing word", { counts: { a: 2 } }, 'count of "b"', "1", "0"],
    ["a word that is not there", { counts: { a: 2, b: 1, constructor: 1 } }, 'count of "constructor"', "0", "1"],
    ["the number of words", { words: 4 }, "words", "3", "4"],
    ["the number of distinct words", { distinctWords: 3 }, "distinct words", "2", "3"],
    [
      "the order of the most frequent",
      {
        top: [
          ["b", 1],
          ["a", 2],
        ],
      },
      "most frequent words",
      "a 2, b 1",
      "b 1, a 2",
    ],
    ["the length of that list", { top: [["a", 2]] }, "length of that list", "2", "1"],
  ])("finds a difference in %s", (_, wrong, what, expected, got) => {
    const text = finishedText({ result: { ...rightResult, ...wrong } });

    expect(checkCounts(text)).toEqual([{ path: text.path, what, expected, got }]);
  });

  it("orders words of the same count by code point", () => {
    const top = [
      ["b", 1],
      ["ba", 1],
      ["ﬁ", 1],
      ["𠮷", 1],
    ];
    const result = { words: 4, distinctWords: 4, top, counts: { b: 1, ba: 1, ﬁ: 1, 𠮷: 1 } };

    expect(checkCounts(finishedText({ bytes: Buffer.from("𠮷 ﬁ ba b"), result }))).toEqual([]);
  });

  it("says so where there is no result, or another one", () => {
    expect(checkCounts(finishedText({ result: undefined }))).toMatchObject([{ what: "result" }]);
    expect(checkCounts(finishedText({ result: { echo: 1 } }))).toMatchObject([{ what: "result" }]);
  });

  it("expects a text's job to succeed", () => {
    const text = finishedText({ result: undefined }, { state: "failed", error: { code: "timeout", message: "late" } });

    expect(checkCounts(text)).toMatchObject([{ what: "outcome", expected: "succeeded", got: "failed: timeout" }]);
  });

  it("expects a job of bytes that are no text to be refused as such", () => {
    const bytes = Buffer.from([0xff]);

    expect(checkCounts(finishedText({ bytes, result: undefined }, { state: "failed", error: notText }))).toEqual([]);
    expect(checkCounts(finishedText({ bytes }))).toMatchObject([{ what: "outcome", got: "succeeded" }]);
  });
});
