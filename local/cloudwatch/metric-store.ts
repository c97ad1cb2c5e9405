import type { Sample } from "../../simulator/model/scaling/datapoints.ts";

/** What a metric is called: its namespace, name and all of its dimensions. */
export interface Metric {
  namespace: string;
  name: string;
  dimensions: Readonly<Record<string, string>>;
}

/** CloudWatch keeps high-resolution points for three hours, which is more than any alarm here looks back. */
const keptMilliseconds = 3 * 3_600_000;

/** The published values of every metric, in the order of their times. */
export class MetricStore {
  readonly #samples = new Map<string, Sample[]>();
  readonly #metrics = new Map<string, Metric>();

  add(metric: Metric, sample: Sample): void {
    const key = keyOf(metric);
    const samples = this.#samples.get(key) ?? [];
    this.#samples.set(key, samples);
    this.#metrics.set(key, metric);
    // Points may come late; nearly all come in order.
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
