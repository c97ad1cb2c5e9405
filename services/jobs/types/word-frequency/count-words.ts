import { JobFailure } from "../../job-type.ts";

/** Characters that all different words of a text may have together; it bounds memory and the result. */
export const maxVocabularyCharacters = 16 * 1024 * 1024;

export interface WordCounter {
  /** Counts on; a text may come in parts, cut between any two characters. */
  add(part: string): void;
  /** Ends the text: how often each word stood in it. */
  finish(): Map<string, number>;
}

/**
 * Counts words. A word is a longest run that begins with a letter or number and goes on with letters, numbers and marks
 * (Unicode L, N, M), also across a single apostrophe (' or ’, counted as ') that a letter or number follows; each word
 * is counted by itself in lower case and NFC.
 * @throws JobFailure `too-many-words`, final, beyond `maxVocabularyCharacters`
 */
export function createWordCounter(maxCharacters = maxVocabularyCharacters): WordCounter {
  const countsAsWritten = new Map<string, number>();
  let vocabularyCharacters = 0;
  let unsettled = "";

  function count(settled: string): void {
    for (const word of settled.match(wordPattern) ?? []) {
      const before = countsAsWritten.get(word);
      if (before === undefined) {
        vocabularyCharacters += word.length;
        checkVocabulary(vocabularyCharacters, maxCharacters);
      }
      countsAsWritten.set(before === undefined ? copy(word) : word, (before ?? 0) + 1);
    }
  }

  return {
    add(part) {
      const end = endOfLastSeparator(part);
      if (end === 0) {
        unsettled += part;
      } else {
        count(unsettled + part.slice(0, end));
        unsettled = part.slice(end);
      }
      checkVocabulary(vocabularyCharacters + unsettled.length, maxCharacters);
    },
    finish() {
      count(unsettled);
      unsettled = "";
      return foldForms(countsAsWritten);
    },
  };
}

const wordPattern = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:['’][\p{L}\p{N}][\p{L}\p{N}\p{M}]*)*/gu;
const separator = /[^\p{L}\p{N}\p{M}'’]/u;

/** No word reaches across a separator, so that what stands before one can be counted whatever follows. */
function endOfLastSeparator(text: string): number {
  let end = text.length;
  while (end > 0) {
    const start = isLowSurrogate(text.charCodeAt(end - 1)) ? end - 2 : end - 1;
    if (separator.test(text.slice(start, end))) return end;
    end = start;
  }
  return 0;
}

function isLowSurrogate(codeUnit: number): boolean {
  return codeUnit >= 0xdc00 && codeUnit <= 0xdfff;
}

/** A match is a view of its whole part of the text and would keep all of it in memory. */
function copy(word: string): string {
  return Buffer.from(word).toString();
}

function checkVocabulary(characters: number, maxCharacters: number): void {
  if (characters <= maxCharacters) return;
  const message = `Expected different words of at most ${maxCharacters} characters together; the text has more.`;
  throw new JobFailure("too-many-words", message, { isFinal: true });
}

/** Folds once for each written form, not once for each occurrence. */
function foldForms(countsAsWritten: Map<string, number>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [written, count] of countsAsWritten) {
    const word = written.replaceAll("’", "'").toLowerCase().normalize("NFC");
    counts.set(word, (counts.get(word) ?? 0) + count);
  }
  return counts;
}
