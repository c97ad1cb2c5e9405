/** So many tasks were launched at once. */
export interface Launch {
  at: number;
  count: number;
}

const window = 60_000;

/** How many more tasks a service may launch now without passing its quota in any minute. */
export function launchAllowance(launches: readonly Launch[], perMinuteMaximum: number, now: number): number {
  const recent = launches.filter(({ at }) => at > now - window);
  return Math.max(0, perMinuteMaximum - recent.reduce((total, { count }) => total + count, 0));
}

/** Notes a launch and forgets those that no longer count. */
export function recordLaunch(launches: readonly Launch[], count: number, now: number): Launch[] {
  const recent = launches.filter(({ at }) => at > now - window);
  return count > 0 ? [...recent, { at: now, count }] : recent;
}
