import { JobFailure } from "../../job-type.ts";
import { endOfLastSegment, foldWord, readWords, splitAtSeparators, startOfLateSegment } from "./read-words.ts";

/** Characters that all different words of a text may have together; it bounds memory and the result. */
export const maxVocabularyCharacters = 16 * 1024 * 1024;

export interface WordCounter {
  /** Counts on; a text may come in parts, cut between any two characters. */
  add(part: string): void;
  /** Ends the text: how often each word stood in it. */
  finish(): Map<string, number>;
}

/**
 * Counts words as `wordRule` defines them.
 * @throws JobFailure `too-many-words`, final, beyond `maxVocabularyCharacters`
 */
export function createWordCounter(maxCharacters = maxVocabularyCharacters): WordCounter {
  const countsAsWritten = new Map<string, number>();
  let vocabularyCharacters = 0;
  let unsettled = "";
  /** At how many unsettled characters to look for a place to cut them. */
  let lookAt = longestRun;

  function count(written: string): void {
    const before = countsAsWritten.get(written);
    if (before === undefined) {
      vocabularyCharacters += written.length;
      checkVocabulary(vocabularyCharacters, maxCharacters);
    }
    countsAsWritten.set(before === undefined ? copy(written) : written, (before ?? 0) + 1);
  }

  /** Counts a text that ends with a segment. */
  function settle(text: string): void {
    for (const line of text.split("\n")) {
      if (line.length < longestRun) readWords(line, count);
      else for (const run of splitAtSeparators(line)) readWords(settleStart(run, longestRun).rest, count);
    }
  }

  /** Counts all but the end of a run without separators that is too long to keep; returns that end. Only the run says where it is cut. */
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
        unsettled += part;
      } else {
        settle(unsettled + part.slice(0, end));
        unsettled = part.slice(end);
        lookAt = longestRun;
      }
      ({ rest: unsettled, lookAt } = settleStart(unsettled, lookAt));
      checkVocabulary(vocabularyCharacters + unsettled.length, maxCharacters);
    },
    finish() {
      settle(unsettled);
      unsettled = "";
      return foldForms(countsAsWritten);
    },
  };
}

/** Characters without a separator between them, as in a long Chinese paragraph, that are segmented at once. */
const longestRun = 64 * 1024;

/** A segment is a view of its whole part of the text and would keep all of it in memory. */
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
    const word = foldWord(written);
    if (word !== "") counts.set(word, (counts.get(word) ?? 0) + count);
  }
  return counts;
}
