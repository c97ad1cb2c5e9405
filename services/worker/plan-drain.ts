export interface DrainPlan {
  /** From the stop signal until running jobs are handed back. */
  handBackAfterMilliseconds: number;
  /** From then on, the time that their handlers have to clean up. */
  graceMilliseconds: number;
  /** From the stop signal until the worker stops waiting for attempts. */
  leaveAfterMilliseconds: number;
  /** From then on, the time to deliver trace segments. */
  traceMilliseconds: number;
}

/**
 * Divides the stop timeout. Handing back gets the last fifth, at least 5 s, but never more than half. Example, 30 s: jobs run on
 * for 24 s. Then their handlers have 1.2 s to clean up. At 28.8 s the worker stops waiting and kills the runners. It then sends
 * trace segments for up to 0.6 s.
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
