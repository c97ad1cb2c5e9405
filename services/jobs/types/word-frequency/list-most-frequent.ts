export type WordCount = [word: string, count: number];

/** How many a request gets that does not say. */
export const defaultTop = 20;

/** The `top` most frequent words, the most frequent first; words of the same count in the order of their code points. */
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

/** Strings compare by UTF-16 units, in which U+1D538 is less than U+FB01; UTF-8 keeps the order of code points. */
function compareByCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
