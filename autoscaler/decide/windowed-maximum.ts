/** A value and its time, milliseconds since the epoch. */
export type Peak = readonly [at: number, value: number];

/**
 * Adds the newest value. Drops values outside the window, and values that are not higher than the newest: they cannot become
 * the maximum again.
 */
export function keepPeaks(peaks: readonly Peak[], newest: Peak, windowMilliseconds: number): readonly Peak[] {
  const [now, value] = newest;
  return [...peaks.filter(([at, older]) => at > now - windowMilliseconds && older > value), newest];
}

/** The maximum of the window. Values are in descending order, so the first is the maximum. */
export function highest(peaks: readonly Peak[]): number {
  return peaks[0]?.[1] ?? 0;
}
