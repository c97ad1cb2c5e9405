/** AWS's own metrics are seen a minute or two after the fact; it publishes no figure. */
export const metricLagMilliseconds = 60_000;
