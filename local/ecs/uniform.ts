/**
 * A number in [0, 1) for each number, always the same, so that every run boots its instances in the same times:
 * SplitMix32, https://github.com/bryc/code/blob/master/jshash/PRNGs.md#splitmix32
 */
export function uniform(number: number): number {
  let mixed = Math.imul(number, 0x9e3779b9);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
}
