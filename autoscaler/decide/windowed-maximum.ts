/** What was wanted at a moment. */
export type Peak = readonly [at: number, value: number];

/** Adds the newest to the peaks of a window: whoever is not above a newer one can never be the maximum again. */
export function keepPeaks(peaks: readonly Peak[], newest: Peak, windowMilliseconds: number): readonly Peak[] {
  const [now, value] = newest;
  return [...peaks.filter(([at, older]) => at > now - windowMilliseconds && older > value), newest];
}

/** The oldest is the highest. */
export function highest(peaks: readonly Peak[]): number {
  return peaks[0]?.[1] ?? 0;
}
