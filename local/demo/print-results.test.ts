import { describe, expect, it } from "vitest";
import { printResults } from "./print-results.ts";
import { finishedText } from "./testing/finished-text.ts";

function print(...[finished, differences]: [Parameters<typeof printResults>[0], Parameters<typeof printResults>[1]]) {
  const written: string[] = [];
  printResults(finished, differences, (text) => written.push(text));
  return written.join("\n");
}

describe("the printed results", () => {
  it("say how many texts and words there were, and which were most frequent", () => {
    const refused = finishedText({ result: undefined, wasUploaded: true }, { state: "failed" });

    const text = print([finishedText(), finishedText(), refused], []);

    expect(text).toContain(
      "3 texts (0.0 MB), 1 of them by upload, 1 not counted, because their jobs failed\n6 words, 2 distinct",
    );
    expect(text).toContain("most frequent  count\na                  4\nb                  2\n");
    expect(text).toContain("Every count is equal");
  });

  it("say how long jobs waited and took", () => {
    expect(print([finishedText()], [])).toContain(
      [
        "time                     p50     p95     p99", //
        "accepted to started   1.50 s  1.50 s  1.50 s",
        "accepted to finished  2.00 s  2.00 s  2.00 s",
      ].join("\n"),
    );
  });

  it("show no time where none is known", () => {
    const neverStarted = finishedText({}, { state: "cancelled", startedAt: undefined });

    expect(print([neverStarted], [])).toMatch(/accepted to started +- +- +-\n/);
  });

  it("show the first differences and how many more there are", () => {
    const difference = { path: "a/README", what: "words", expected: "3", got: "4" };

    const text = print([finishedText()], Array(25).fill(difference));

    expect(text).toContain("text      compared  expected  came\na/README  words            3     4\n");
    expect(text).toContain("and 5 more");
    expect(text).not.toContain("Every count is equal");
  });
});
