import { mean } from "../../../runtime/arithmetic.ts";

/** One statistic per clock-aligned period: the last `count` whole periods at `now`, oldest first, holes undefined. */
export function datapointsAt(
  series: Series,
  samples: readonly Sample[],
  count: number,
  now: number,
): readonly (number | undefined)[] {
  const period = series.periodMilliseconds;
  const end = Math.floor(now / period) * period;
  const start = end - count * period;
  const buckets: number[][] = Array.from({ length: count }, () => []);
  for (let index = samples.length - 1; index >= 0; index -= 1) {
    const sample = samples[index];
    if (sample === undefined || sample.at < start) break;
    // Values of the period that is still running have no bucket yet.
    if (sample.visibleAt <= now) {
      buckets[Math.floor((sample.at - start) / period)]?.push(sample.value);
    }
  }
  return buckets.map((values) => (values.length === 0 ? undefined : statistics[series.statistic](values)));
}

/** A published value. Samples are ordered by `at`; each is invisible before `visibleAt`. */
export interface Sample {
  at: number;
  visibleAt: number;
  value: number;
}

export interface Series {
  periodMilliseconds: number;
  statistic: Statistic;
}

export type Statistic = keyof typeof statistics;

const statistics = {
  Average: mean,
  Sum: sum,
  Minimum: (values: readonly number[]) => values.reduce((least, value) => Math.min(least, value)),
  Maximum: (values: readonly number[]) => values.reduce((most, value) => Math.max(most, value)),
  SampleCount: (values: readonly number[]) => values.length,
};

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
