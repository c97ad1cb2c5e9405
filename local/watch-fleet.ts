import type { Clock } from "../runtime/clock.ts";
import type { Cloud } from "./cloud.ts";
import { type Fleet, viewFleet } from "./fleet.ts";

const intervalMilliseconds = 250;

/** Tells each listener a few times a second how the fleet is, until the returned function is called. */
export function watchFleet(
  options: { cloud: Cloud; queueUrl: string; clock: Clock },
  listeners: ReadonlySet<(fleet: Fleet, now: number) => void>,
): () => void {
  const { cloud, queueUrl, clock } = options;
  let cancel = () => {};
  const look = () => {
    const fleet = viewFleet(cloud, queueUrl);
    for (const listen of listeners) listen(fleet, clock.now());
    cancel = clock.after(intervalMilliseconds, look);
  };
  look();
  return () => cancel();
}
