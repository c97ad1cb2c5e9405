/** What a word is, for the API's document. `Intl.Segmenter` follows https://unicode.org/reports/tr29/#Word_Boundaries. */
export const wordRule =
  "A word is a word-like segment of Intl.Segmenter (Unicode's word boundaries; dictionaries for Chinese, Japanese, Thai and their like). " +
  "It counts in lower case and NFC, with ’ as ', without underscores at its ends and without soft hyphens and other invisible format characters: " +
  "3.14, 1,000, foo_bar and don't are one word each.";
