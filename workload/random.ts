/** A source of numbers from 0 up to, but not, 1. */
export type Random = () => number;

/**
 * Mulberry32 by Tommy Ettinger, in the form of https://github.com/bryc/code/blob/master/jshash/PRNGs.md: 32 bits of state, the same
 * numbers for the same seed on every machine. Good enough to spread arrivals, not for secrets.
 */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Exponential with mean 1, by inverting its distribution. */
export function drawExponential(random: Random): number {
  return -Math.log(1 - random());
}

/** Standard normal, by Box and Muller: https://en.wikipedia.org/wiki/Box%E2%80%93Muller_transform */
export function drawNormal(random: Random): number {
  return Math.sqrt(2 * drawExponential(random)) * Math.cos(2 * Math.PI * random());
}
