/** What a check found; `unknown` says that it could not look, which is neither good nor bad. */
export type Status = "ok" | "warning" | "problem" | "unknown";

export interface Verdict {
  check: string;
  status: Status;
  /** What was seen, in a few words. */
  found: string;
  /** What to do about it, in one or two sentences. */
  advice?: string;
}

/** Something that was looked up, or why it could not be. */
export type Finding<Value> = { value: Value } | { unknown: string };

export const hasProblem = (verdicts: Verdict[]): boolean => verdicts.some(({ status }) => status === "problem");
