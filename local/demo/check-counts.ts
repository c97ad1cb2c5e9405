import type { FinishedText } from "./follow-jobs.ts";
import { countIndependently } from "./independent-count.ts";
import { readWordCounts } from "./word-counts.ts";

/** A difference between a job's answer and its text. */
export interface Difference {
  path: string;
  /** The compared fact: the job's outcome, a sum, or a word's count. */
  what: string;
  expected: string;
  got: string;
}

/**
 * Compares a job's whole answer with an independent count of its text. A job whose file is not text must have failed
 * with `not-text`.
 */
export function checkCounts(text: FinishedText): Difference[] {
  const counts = countIndependently(text.bytes);
  const facts = counts === undefined ? compareRefusal(text) : compareAnswer(text, counts);
  return facts
    .filter(([, expected, got]) => expected !== got)
    .map(([what, expected, got]) => ({ path: text.path, what, expected: String(expected), got: String(got) }));
}

type Fact = [what: string, expected: string | number, got: string | number];

function compareRefusal({ job }: FinishedText): Fact[] {
  return [["outcome", "failed: not-text", outcomeOf(job)]];
}

function compareAnswer({ job, result }: FinishedText, expected: Map<string, number>): Fact[] {
  if (job.state !== "succeeded") return [["outcome", "succeeded", outcomeOf(job)]];
  const answer = readWordCounts(result);
  if (answer === undefined) return [["result", "words, distinctWords, top and counts", "something else"]];

  const { words, distinctWords, top, counts } = answer;
  const total = [...expected.values()].reduce((sum, count) => sum + count, 0);
  return [
    ["words", total, words],
    ["distinct words", expected.size, distinctWords],
    ["most frequent words", describe(mostFrequent(expected, top.length)), describe(top)],
    ["length of that list", Math.min(defaultTop, expected.size), top.length],
    ...[...new Set([...expected.keys(), ...counts.keys()])].map(
      (word): Fact => [`count of "${word}"`, expected.get(word) ?? 0, counts.get(word) ?? 0],
    ),
  ];
}

/** The API's default for `top`. */
const defaultTop = 20;

function outcomeOf(job: FinishedText["job"]): string {
  return job.error ? `${job.state}: ${job.error.code}` : job.state;
}

function mostFrequent(counts: Map<string, number>, length: number): [string, number][] {
  return [...counts].sort(([a, m], [b, n]) => n - m || compareCodePoints([...a], [...b])).slice(0, length);
}

function compareCodePoints(a: string[], b: string[]): number {
  const index = a.findIndex((character, at) => character !== b[at]);
  return index === -1 ? -1 : (a[index]?.codePointAt(0) ?? 0) - (b[index]?.codePointAt(0) ?? 0);
}

function describe(top: [string, number][]): string {
  return top.map(([word, count]) => `${word} ${count}`).join(", ");
}
