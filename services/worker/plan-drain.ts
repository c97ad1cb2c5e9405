export interface DrainPlan {
  /** From then on running jobs are handed back. */
  handBackAfterMilliseconds: number;
  /** What their handlers have for tidying up. */
  graceMilliseconds: number;
  /** From then on nothing is waited for. */
  leaveAfterMilliseconds: number;
  /** What there is after that for telling of traces. */
  traceMilliseconds: number;
}

/**
 * Divides the time between being told to stop and being killed. Handing back takes the last fifth, but 5 s at least where
 * there are that many: of 30 s, jobs run on for 24 s, handlers have 1.2 s, after 28.8 s
 * nothing is waited for, and traces have 0.6 s.
 */
export function planDrain(stopTimeoutMilliseconds: number): DrainPlan {
  const margin = Math.min(stopTimeoutMilliseconds / 2, Math.max(5_000, stopTimeoutMilliseconds / 5));
  return {
    handBackAfterMilliseconds: stopTimeoutMilliseconds - margin,
    graceMilliseconds: margin / 5,
    leaveAfterMilliseconds: stopTimeoutMilliseconds - margin / 5,
    traceMilliseconds: margin / 10,
  };
}
