import { AppError } from "../runtime/errors.ts";
import { createRandom, drawExponential, drawNormal } from "./random.ts";

/** How long jobs run: all the same, or scattered about a mean. */
export type ServiceTimes =
  | { kind: "constant" | "exponential"; meanSeconds: number }
  /** `variation` is the standard deviation as a share of the mean. */
  | { kind: "lognormal"; meanSeconds: number; variation: number };

/** Draws service times in seconds without end. */
export function* generateServiceTimes(times: ServiceTimes, seed: number): Generator<number, never> {
  // A stream of its own: with the seed of the arrivals, long gaps and long jobs would come together.
  const random = createRandom(seed ^ 0x5e7c1ce5);
  for (;;) {
    if (times.kind === "lognormal") yield drawLognormal(times, drawNormal(random));
    else yield times.kind === "constant" ? times.meanSeconds : times.meanSeconds * drawExponential(random);
  }
}

/** With sigma² = ln(1 + variation²) and mu = ln(mean) - sigma² / 2: https://en.wikipedia.org/wiki/Log-normal_distribution */
function drawLognormal({ meanSeconds, variation }: { meanSeconds: number; variation: number }, normal: number): number {
  const squared = Math.log(1 + variation ** 2);
  return meanSeconds * Math.exp(Math.sqrt(squared) * normal - squared / 2);
}

/**
 * Reads service times as an operator writes them: "2" or "constant:2", "exponential:2", "lognormal:2" or "lognormal:2:0.5".
 * @throws AppError `service-times`
 */
export function parseServiceTimes(text: string): ServiceTimes {
  const [, kind = "constant", mean, variation] =
    /^(?:(constant|exponential|lognormal):)?(\d+(?:\.\d+)?)(?::(\d+(?:\.\d+)?))?$/.exec(text) ?? [];
  if (mean === undefined || (variation !== undefined && kind !== "lognormal")) {
    throw new AppError(
      "service-times",
      `Expected seconds as "2", "exponential:2" or "lognormal:2:1" (mean, deviation as a share of it); came "${text}"`,
    );
  }
  const meanSeconds = Number(mean);
  if (kind === "lognormal") return { kind, meanSeconds, variation: Number(variation ?? 1) };
  return { kind: kind === "exponential" ? kind : "constant", meanSeconds };
}
