import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listMostFrequent, type WordCount } from "./list-most-frequent.ts";

describe("the most frequent words", () => {
  it("are in descending order, at most the requested number", () => {
    const counts: WordCount[] = [
      ["once", 1],
      ["often", 9],
      ["twice", 2],
    ];

    expect(listMostFrequent(counts, 2)).toEqual([
      ["often", 9],
      ["twice", 2],
    ]);
  });

  it("are in the order of code points, not of UTF-16, for equal counts", () => {
    const counts: WordCount[] = [
      ["𝔸", 1],
      ["ﬁ", 1],
      ["b", 1],
      ["ab", 1],
      ["a", 1],
    ];

    expect(listMostFrequent(counts, 5).map(([word]) => word)).toEqual(["a", "ab", "b", "ﬁ", "𝔸"]);
  });

  it("are the first of all words sorted, in any order of input", () => {
    const words = fc.uniqueArray(fc.string({ maxLength: 2 }), { maxLength: 40 });
    fc.assert(
      fc.property(
        words,
        fc.infiniteStream(fc.integer({ min: 1, max: 4 })),
        fc.integer({ min: 1, max: 50 }),
        (all, count, top) => {
          const counts = all.map((word): WordCount => [word, count.next().value]);
          const sorted = counts.toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));

          expect(listMostFrequent(counts, top)).toEqual(sorted.slice(0, top));
        },
      ),
    );
  });
});
