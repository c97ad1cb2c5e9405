export interface DrainPlan {
  /** Running jobs are handed back from then on. */
  handBackAfterMilliseconds: number;
  /** Time that their handlers have to clean up. */
  graceMilliseconds: number;
  /** The worker waits for no attempt after that. */
  leaveAfterMilliseconds: number;
  /** Time to deliver trace segments after that. */
  traceMilliseconds: number;
}

/**
 * Divides the stop timeout. Handing back gets the last fifth, and at least 5 s if the timeout has as many. Of 30 s:
 * jobs run on for 24 s, then handlers have 1.2 s to clean up; after 28.8 s the worker leaves, with 0.6 s for trace
 * segments.
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
