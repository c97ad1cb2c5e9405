export function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

/** NaN without values. */
export function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}
