import fc from "fast-check";
import { expect, it } from "vitest";
import { divideWords } from "./divide-words.ts";

const characters = [
  ..."abZß\u00b8ºΣЖאבשعनही½Ⅷ②09٣\u0661",
  ..."'\"’._-:;,·/#\u202f\u00a0 \t\n\v\u0085",
  ..."\u0301\u093f\u00ad\u200b\u200c\u200e\ufe0f",
  ..."🙂👍🏽❤🇩🇪𝔸𐐀",
];

/** The segmenter does not treat such a segment as a word. Unicode's rules do not say so. */
const connectorWithMark = /[_\u202f'"’.:·;,]+(?=[\p{M}\p{Cf}\p{Emoji_Modifier}])/gu;

it("divides as the segmenter does, in scripts without a dictionary", () => {
  const segmenter = new Intl.Segmenter("en", { granularity: "word" });
  const text = fc
    .array(fc.constantFrom(...characters), { maxLength: 20 })
    .map((parts) => parts.join("").replace(connectorWithMark, ""));

  fc.assert(
    fc.property(text, (it) => {
      const expected = [...segmenter.segment(it)]
        .filter(({ segment, isWordLike }) => isWordLike && !/^[\p{Pc}\u202f\p{M}\p{Cf}]*$/u.test(segment))
        .map(({ segment }) => segment);

      expect(divideWords(it).filter((word) => !/^[\p{M}\p{Cf}]*$/u.test(word))).toEqual(expected);
    }),
    { numRuns: 10_000 },
  );
});
