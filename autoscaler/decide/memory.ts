import type { Peak } from "./windowed-maximum.ts";

/** What one decision leaves to the next: plain JSON. */
export interface Memory {
  version: 1;
  /** When it was left. */
  at: number;
  /** What was needed of late, for the maximum that scale-in waits for. */
  peaks: readonly Peak[];
  /** Since when each empty instance has been seen empty, the longest first. */
  emptySince: readonly (readonly [id: string, since: number])[];
  lateShare: number;
  /** The last that was known, for the time in which it cannot be seen. */
  serviceSeconds: number | undefined;
  arrivals: { value: number; at: number } | undefined;
}

/** Nothing where it was lost, is another version's, or is so old that its windows have holes. */
export function recall(memory: Memory | undefined, now: number): Memory | undefined {
  const isUsable = memory?.version === 1 && now >= memory.at && now - memory.at <= staleMilliseconds;
  return isUsable ? memory : undefined;
}

/** Longer than a tick of a minute may be late. */
const staleMilliseconds = 150_000;
