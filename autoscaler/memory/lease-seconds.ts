/** How long a controller that has died keeps others waiting: two ticks, and what a slow one takes beyond its time. */
export function leaseSeconds(beatSeconds: number): number {
  return leaseTicks * beatSeconds + slowestTickSeconds;
}

const leaseTicks = 2;
const slowestTickSeconds = 5;
