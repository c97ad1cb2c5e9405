/** From launch to registered in the cluster: lognormal, drawn by a uniform number in [0, 1). */
export function bootMilliseconds(
  uniform: number,
  settings: { bootMedianMilliseconds: number; boot95thPercentileMilliseconds: number },
): number {
  const { bootMedianMilliseconds: median, boot95thPercentileMilliseconds: high } = settings;
  const sigma = Math.log(high / median) / normalQuantile(0.95);
  return Math.round(median * Math.exp(sigma * normalQuantile(uniform)));
}

/** Cuts the infinite ends of the normal distribution off. */
const edge = 1e-4;

/** Bisection on the distribution function: slower than a rational fit, and nothing to mistype. */
function normalQuantile(probability: number): number {
  const wanted = Math.min(1 - edge, Math.max(edge, probability));
  let low = -5;
  let high = 5;
  for (let round = 0; round < 50; round++) {
    const middle = (low + high) / 2;
    if (normalDistribution(middle) < wanted) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Abramowitz and Stegun 26.2.17, error below 7.5e-8. */
function normalDistribution(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return x < 0 ? tail : 1 - tail;
}
