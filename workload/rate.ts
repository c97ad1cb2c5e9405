import { clamp } from "../runtime/arithmetic.ts";

/** How many jobs a second arrive, over time; relative to others it says where arrivals are dense. */
export interface Rate {
  /** Arrivals a second at a moment, in seconds from the beginning. */
  at(seconds: number): number;
  /** No moment has a higher one. */
  highest: number;
  /** Its integral from the beginning to a moment: the arrivals to expect by then. */
  until(seconds: number): number;
}

export const shapeNames = ["steady", "ramp", "burst", "flash", "diurnal", "nightly"] as const;

export type ShapeName = (typeof shapeNames)[number];

export interface RateOptions {
  /** Arrivals a second on average over the whole duration. */
  meanRate: number;
  durationSeconds: number;
}

/** The rate of a shape, scaled so that `meanRate * durationSeconds` arrivals are to be expected. */
export function createRate(shape: ShapeName, { meanRate, durationSeconds }: RateOptions): Rate {
  const profile = profiles[shape];
  const scale = meanRate / profile.until(1);
  return {
    at: (seconds) => (seconds < 0 || seconds >= durationSeconds ? 0 : scale * profile.at(seconds / durationSeconds)),
    highest: scale * profile.highest,
    until: (seconds) => scale * durationSeconds * profile.until(clamp(seconds / durationSeconds, 0, 1)),
  };
}

/** Each shape over a duration of 1; only its form counts. */
const profiles: Record<ShapeName, Rate> = {
  /** The same all the time. */
  steady: { at: () => 1, highest: 1, until: (x) => x },
  /** From nothing to twice the mean, in a straight line. */
  ramp: { at: (x) => 2 * x, highest: 2, until: (x) => x * x },
  /** Everything within the middle tenth, nothing before and after. */
  burst: within(0.45, 0.55),
  flash: flash(),
  /** One sine: nothing at the beginning and the end, most in the middle. */
  diurnal: {
    at: (x) => 1 - Math.cos(2 * Math.PI * x),
    highest: 2,
    until: (x) => x - Math.sin(2 * Math.PI * x) / (2 * Math.PI),
  },
  /** A day's hours from one to three in the morning, nothing else. */
  nightly: within(1 / 24, 3 / 24),
};

function within(from: number, to: number): Rate {
  return {
    at: (x) => (x >= from && x < to ? 1 : 0),
    highest: 1,
    until: (x) => clamp(x, from, to) - from,
  };
}

/** A steady trickle; after a quarter of the time thirty times as much on top of it at once, which dies away exponentially. */
function flash(): Rate {
  const start = 0.25;
  const jump = 30;
  const decay = 0.1;
  return {
    at: (x) => 1 + (x < start ? 0 : jump * Math.exp(-(x - start) / decay)),
    highest: 1 + jump,
    until: (x) => x + (x < start ? 0 : jump * decay * (1 - Math.exp(-(x - start) / decay))),
  };
}
