import { createRandom, drawExponential, type Random } from "./random.ts";
import { createRate, type Rate, type RateOptions, type ShapeName } from "./rate.ts";

export interface ArrivalOptions extends RateOptions {
  seed: number;
}

/** Moments at which jobs arrive, in seconds from the beginning, in order: a Poisson process of the shape's rate. */
export function* generateArrivals(shape: ShapeName, options: ArrivalOptions): Generator<number> {
  yield* thin(createRate(shape, options), options.durationSeconds, createRandom(options.seed));
}

/**
 * Exactly `count` arrivals of a shape: given their number, the arrivals of a Poisson process are independent draws from its
 * rate, in order (Ross, Introduction to Probability Models, 5.3.5). Each is drawn by inverting the rate's integral.
 */
export function generateCount(
  shape: ShapeName,
  options: { count: number; durationSeconds: number; seed: number },
): number[] {
  const { count, durationSeconds, seed } = options;
  const rate = createRate(shape, { meanRate: 1, durationSeconds });
  const random = createRandom(seed);
  const moments = Array.from({ length: count }, () => invert(rate, random() * durationSeconds, durationSeconds));
  return moments.sort((a, b) => a - b);
}

/**
 * Lewis and Shedler's thinning: arrivals of the highest rate, each kept with the share that the rate of its moment is of it.
 * https://doi.org/10.1002/nav.3800260304
 */
function* thin(rate: Rate, durationSeconds: number, random: Random): Generator<number> {
  for (let now = 0; ; ) {
    now += drawExponential(random) / rate.highest;
    if (!(now < durationSeconds)) return;
    if (random() * rate.highest < rate.at(now)) yield now;
  }
}

/** The first moment by which `expected` arrivals are to be expected, by halving: 50 steps are the precision of a number. */
function invert(rate: Rate, expected: number, durationSeconds: number): number {
  let low = 0;
  let high = durationSeconds;
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (rate.until(middle) < expected) low = middle;
    else high = middle;
  }
  return low;
}
