/**
 * Percentile by nearest rank: the smallest value that at least `percent` % of the values do not exceed. Undefined without
 * values.
 * https://en.wikipedia.org/wiki/Percentile#The_nearest-rank_method
 */
export function percentile(values: Iterable<number>, percent: number): number | undefined {
  return atRank(sort(values), percent);
}

export interface Percentiles {
  p50: number;
  p95: number;
  p99: number;
}

/** Percentiles for reports. */
export function summarize(values: Iterable<number>): Percentiles | undefined {
  const sorted = sort(values);
  const [p50, p95, p99] = [50, 95, 99].map((percent) => atRank(sorted, percent));
  return p50 === undefined || p95 === undefined || p99 === undefined ? undefined : { p50, p95, p99 };
}

/** Median, tail and maximum. */
export interface Spread {
  p50: number;
  p90: number;
  p99: number;
  max: number;
}

export function spreadOf(values: Iterable<number>): Spread | undefined {
  const sorted = sort(values);
  const [p50, p90, p99, max] = [50, 90, 99, 100].map((percent) => atRank(sorted, percent));
  if (p50 === undefined || p90 === undefined || p99 === undefined || max === undefined) return undefined;
  return { p50, p90, p99, max };
}

function sort(values: Iterable<number>): Float64Array {
  return Float64Array.from(values).sort();
}

/** Multiplies before it divides, because 7 / 100 * 100 is more than 7. */
function atRank(sorted: Float64Array, percent: number): number | undefined {
  if (!(percent >= 0 && percent <= 100)) throw new RangeError(`Expected a percentage from 0 to 100; came ${percent}.`);
  const rank = Math.max(1, Math.ceil((percent * sorted.length) / 100));
  return sorted[rank - 1];
}
