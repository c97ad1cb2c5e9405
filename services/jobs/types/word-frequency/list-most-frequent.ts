export type WordCount = [word: string, count: number];

/** Number of words listed by default. */
export const defaultTop = 20;

/** The `top` most frequent words, in descending order; words with the same count in the order of their code points. */
export function listMostFrequent(counts: Iterable<WordCount>, top: number): WordCount[] {
  const listed: WordCount[] = [];
  for (const candidate of counts) {
    const last = listed.at(-1);
    if (listed.length === top && last && compare(last, candidate) <= 0) continue;
    listed.splice(placeOf(candidate, listed), 0, candidate);
    if (listed.length > top) listed.pop();
  }
  return listed;
}

function placeOf(candidate: WordCount, listed: readonly WordCount[]): number {
  let low = 0;
  let high = listed.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = listed[middle];
    if (other && compare(other, candidate) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function compare([wordA, countA]: WordCount, [wordB, countB]: WordCount): number {
  return countB - countA || compareByCodePoints(wordA, wordB);
}

/** Compares as UTF-8, whose order is that of code points. In UTF-16, the order of strings, U+1D538 comes before U+FB01. */
function compareByCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
