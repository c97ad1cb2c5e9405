export interface Backoff {
  /** Wait after the first failure. It doubles with each further one. */
  baseMilliseconds: number;
  capMilliseconds: number;
}

/** Exponential backoff without jitter. `failures` is 1 after the first one. */
export function backoffCeiling(failures: number, { baseMilliseconds, capMilliseconds }: Backoff): number {
  return Math.min(capMilliseconds, baseMilliseconds * 2 ** (failures - 1));
}

/**
 * Exponential backoff with equal jitter: `random` in [0, 1) picks from the upper half, so that clients spread out and
 * none retries at once.
 */
export function backoffMilliseconds(failures: number, backoff: Backoff & { random: number }): number {
  return Math.round(backoffCeiling(failures, backoff) * (0.5 + backoff.random / 2));
}
