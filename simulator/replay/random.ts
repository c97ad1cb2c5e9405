/** One number in [0, 1) for each seed and place, whatever was drawn before. */
export function uniformAt(seed: number, place: number): number {
  return (mix(Math.imul(seed, 0x9e3779b1) ^ mix(place + 1)) >>> 0) / 2 ** 32;
}

/**
 * One number in [0, 1) for each seed, such that a few seeds in a row lie far apart: a policy's phase against the clock's minutes
 * matters so much that four similar phases would mislead. https://en.wikipedia.org/wiki/Low-discrepancy_sequence
 */
export function spreadOver(seed: number): number {
  return (seed * goldenRatio) % 1;
}

const goldenRatio = (Math.sqrt(5) - 1) / 2;

/** The finalizer of MurmurHash3: https://en.wikipedia.org/wiki/MurmurHash#Algorithm */
function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
