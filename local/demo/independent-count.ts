import { isUtf8 } from "node:buffer";
import { divideWords } from "./divide-words.ts";

/**
 * Counts words without any of the workers' code, by the same definition: Unicode's word boundaries. Words are counted
 * in lower case and NFC, with ’ as ', without underscores at the ends and without invisible format characters such as
 * soft hyphens. Bytes that are not UTF-8 or contain NUL are not text and have no count.
 */
export function countIndependently(bytes: Uint8Array): Map<string, number> | undefined {
  if (!isUtf8(bytes) || bytes.includes(0)) return undefined;
  const counts = new Map<string, number>();
  for (const token of Buffer.from(bytes)
    .toString("utf8")
    .split(/[\t\n\r \u3000]+/)) {
    for (const written of hasDictionary.test(token) ? lookUp(token) : divideWords(token)) {
      const word = fold(written);
      if (word !== "") counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  return counts;
}

/**
 * Scripts that the segmenter divides by a dictionary, because they write no spaces between words. It does so for Korean
 * beside Latin letters as well. There is no second dictionary to compare with.
 */
const hasDictionary =
  /[\p{Ideographic}\p{sc=Hani}\p{sc=Hang}\p{scx=Hira}\p{scx=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}\p{sc=Talu}\p{sc=Tale}\p{sc=Lana}\p{sc=Tavt}\p{sc=Ahom}]/u;

const segmenter = new Intl.Segmenter("en", { granularity: "word" });

function lookUp(token: string): string[] {
  return [...segmenter.segment(token)].filter(({ isWordLike }) => isWordLike).map(({ segment }) => segment);
}

function fold(written: string): string {
  let word = "";
  for (const character of written) {
    if (character === "\u2019") word += "'";
    else if (!isInvisible(character)) word += character;
  }
  return word
    .replace(/^[\p{Pc}\u202f]*/u, "")
    .replace(/[\p{Pc}\u202f]*$/u, "")
    .toLowerCase()
    .normalize("NFC");
}

function isInvisible(character: string): boolean {
  if (character === "\u200c" || character === "\u200d") return false;
  return /\p{Cf}/u.test(character) && /\p{Default_Ignorable_Code_Point}/u.test(character);
}
