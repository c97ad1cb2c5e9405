/** The three numbers of a version such as "v3.270.0-alpha"; undefined of anything else. */
export function parseVersion(text: string): readonly [number, number, number] | undefined {
  const [, major, minor, patch] = /^v?(\d+)\.(\d+)\.(\d+)/.exec(text.trim()) ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor), Number(patch)];
}

/** True where `version` comes before `other`; of what is no version nothing is claimed. */
export function isOlder(version: string, other: string): boolean {
  const [left, right] = [parseVersion(version), parseVersion(other)];
  if (!left || !right) return false;
  const index = left.findIndex((number, place) => number !== right[place]);
  return index >= 0 && (left[index] ?? 0) < (right[index] ?? 0);
}
