import type { JobView } from "../../../contract/http.ts";
import type { FinishedText } from "../follow-jobs.ts";

/** A text whose job counted `{ a: 2, b: 1 }`, which is correct, with the changes of the test. */
export function finishedText(changes: Partial<FinishedText> = {}, job: Partial<JobView> = {}): FinishedText {
  return {
    path: "node_modules/a/README",
    bytes: Buffer.from("a b a"),
    jobId: "text-0001",
    wasUploaded: false,
    job: {
      jobId: "text-0001",
      type: "word-frequency",
      state: "succeeded",
      attempts: 1,
      maxAttempts: 3,
      createdAt: "2026-01-01T00:00:00.000Z",
      startedAt: "2026-01-01T00:00:01.500Z",
      finishedAt: "2026-01-01T00:00:02.000Z",
      ...job,
    },
    result: rightResult,
    ...changes,
  };
}

export const rightResult = {
  words: 3,
  distinctWords: 2,
  top: [
    ["a", 2],
    ["b", 1],
  ],
  counts: { a: 2, b: 1 },
};
