import fc from "fast-check";

const characters = [
  ..."abcAZΣσςİıßÀŐ日本語ع한09٣Ⅷ½",
  ..."''’’´-_.,:;#@ \t\r\n\u00a0\u2028\u200d\ufeff",
  ...'。、！，\u3000\u00ad\u200c\u200e\u202f\u0600"\v\u0085',
  ..."รักไทยກາカタひらがなאבក一我爱",
  ..."\u0301\u0307\u0323\u093e\u20e3\ufe0f\u0345",
  ..."🙂👍🏽❤🇩🇪𝔸𐐀𐐨𠮷\u{1d15e}",
  "👨‍👩‍👧",
  "1️⃣",
  "don't",
  "constructor",
];

/** Texts that combine the difficult cases of word segmentation. */
export const anyText = fc
  .array(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...characters) }, fc.string({ unit: "binary" })), {
    maxLength: 60,
  })
  .map((parts) => parts.join("").toWellFormed().replaceAll("\0", ""));
