import type { Fleet } from "../capacity/fleet.ts";
import type { Control } from "../control/control.ts";

/** What happens to the cloud at one moment, whatever the policy wants. */
export interface WorldEvent {
  atMilliseconds: number;
  happen(fleet: Fleet, now: number): void;
}

/** A control in a cloud where things happen; what happens in the moment of a decision happens after it. */
export function withWorldEvents(control: Control, events: readonly WorldEvent[], fleet: Fleet): Control {
  const coming = events.toSorted((a, b) => a.atMilliseconds - b.atMilliseconds);
  const nextAt = () => coming[0]?.atMilliseconds ?? Number.POSITIVE_INFINITY;
  return {
    moves: control.moves,
    nextDueAt: () => Math.min(nextAt(), control.nextDueAt()),
    step(now) {
      control.step(now);
      while (nextAt() <= now) coming.shift()?.happen(fleet, now);
    },
  };
}
