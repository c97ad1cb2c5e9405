import { JobFailure } from "../../job-type.ts";
import { endOfLastSegment, foldWord, readWords, splitAtSeparators, startOfLateSegment } from "./read-words.ts";

/** Largest sum of the lengths of all distinct words. It limits memory and the size of the result. */
const maxVocabularyCharacters = 16 * 1024 * 1024;

export interface WordCounter {
  /** Adds a part of the text. Parts may be split between any two characters. */
  add(part: string): void;
  /** Ends the text. Returns the count of each word. */
  finish(): Map<string, number>;
}

/**
 * Counts words as `wordRule` in `schema.ts` defines them.
 * @throws JobFailure `too-many-words`, final, beyond `maxVocabularyCharacters`
 */
export function createWordCounter(maxCharacters = maxVocabularyCharacters): WordCounter {
  const countsAsWritten = new Map<string, number>();
  let vocabularyCharacters = 0;
  let pending = "";
  /** Number of pending characters at which to look for a place to split them. */
  let lookAt = longestRun;

  function count(written: string): void {
    const before = countsAsWritten.get(written);
    if (before === undefined) {
      vocabularyCharacters += written.length;
      checkVocabulary(vocabularyCharacters, maxCharacters);
    }
    countsAsWritten.set(before === undefined ? copy(written) : written, (before ?? 0) + 1);
  }

  /** Counts the words of a text that ends at a segment boundary. */
  function settle(text: string): void {
    for (const line of text.split("\n")) {
      if (line.length < longestRun) readWords(line, count);
      else for (const run of splitAtSeparators(line)) readWords(settleStart(run, longestRun).rest, count);
    }
  }

  /**
   * Counts the words at the start of a long run without separators, and returns the rest. The split depends on the run alone,
   * not on how the text came in parts.
   */
  function settleStart(run: string, firstLook: number): { rest: string; lookAt: number } {
    let rest = run;
    let length = firstLook;
    while (rest.length >= length) {
      const end = startOfLateSegment(rest.slice(0, length));
      if (end === 0) {
        length *= 2;
      } else {
        readWords(rest.slice(0, end), count);
        rest = rest.slice(end);
        length = longestRun;
      }
    }
    return { rest, lookAt: length };
  }

  return {
    add(part) {
      const end = endOfLastSegment(part);
      if (end === 0) {
        pending += part;
      } else {
        settle(pending + part.slice(0, end));
        pending = part.slice(end);
        lookAt = longestRun;
      }
      ({ rest: pending, lookAt } = settleStart(pending, lookAt));
      checkVocabulary(vocabularyCharacters + pending.length, maxCharacters);
    },
    finish() {
      settle(pending);
      pending = "";
      return foldForms(countsAsWritten);
    },
  };
}

/** Longest run without separators, such as a Chinese paragraph, that is segmented as a whole. */
const longestRun = 64 * 1024;

/** Copies a word: a segment is a slice that keeps its whole part of the text in memory. */
function copy(word: string): string {
  return Buffer.from(word).toString();
}

function checkVocabulary(characters: number, maxCharacters: number): void {
  if (characters <= maxCharacters) return;
  const message = `Expected distinct words of at most ${maxCharacters} characters in total; the text has more.`;
  throw new JobFailure("too-many-words", message, { isFinal: true });
}

/** Normalizes each written form once, instead of each occurrence. */
function foldForms(countsAsWritten: Map<string, number>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [written, count] of countsAsWritten) {
    const word = foldWord(written);
    if (word !== "") counts.set(word, (counts.get(word) ?? 0) + count);
  }
  return counts;
}
