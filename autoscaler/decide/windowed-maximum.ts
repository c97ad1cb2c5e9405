/** A value and its time, milliseconds since the epoch. */
export type Peak = readonly [at: number, value: number];

/**
 * Adds a value to a sliding-window maximum. Drops values that have left the window, and those not above the newest: they
 * cannot become the maximum again.
 */
export function keepPeaks(peaks: readonly Peak[], newest: Peak, windowMilliseconds: number): readonly Peak[] {
  const [now, value] = newest;
  return [...peaks.filter(([at, older]) => at > now - windowMilliseconds && older > value), newest];
}

/** The maximum of the window. Peaks are in falling order, so it is the first. */
export function highest(peaks: readonly Peak[]): number {
  return peaks[0]?.[1] ?? 0;
}
