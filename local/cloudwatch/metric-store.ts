import type { Sample } from "../../simulator/model/scaling/datapoints.ts";

/** The identity of a metric: namespace, name and all dimensions. */
export interface Metric {
  namespace: string;
  name: string;
  dimensions: Readonly<Record<string, string>>;
}

/** CloudWatch keeps high-resolution points for three hours. No alarm here looks back further. */
const keptMilliseconds = 3 * 3_600_000;

/** The samples of every metric, ordered by time. */
export class MetricStore {
  readonly #samples = new Map<string, Sample[]>();
  readonly #metrics = new Map<string, Metric>();

  add(metric: Metric, sample: Sample): void {
    const key = keyOf(metric);
    const samples = this.#samples.get(key) ?? [];
    this.#samples.set(key, samples);
    this.#metrics.set(key, metric);
    // Most samples arrive in order; a late one is inserted at its place.
    let place = samples.length;
    while (place > 0 && (samples[place - 1]?.at ?? 0) > sample.at) place -= 1;
    samples.splice(place, 0, sample);
    const expired = samples.findIndex(({ at }) => at >= sample.at - keptMilliseconds);
    if (expired > 0) samples.splice(0, expired);
  }

  samplesOf(metric: Metric): readonly Sample[] {
    return this.#samples.get(keyOf(metric)) ?? [];
  }

  latest(metric: Metric): number | undefined {
    return this.samplesOf(metric).at(-1)?.value;
  }

  list(): Metric[] {
    return [...this.#metrics.values()];
  }
}

function keyOf({ namespace, name, dimensions }: Metric): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort()]);
}
