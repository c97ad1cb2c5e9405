/** A policy's request, before bounds, cooldown and suspension: `wanted` tasks, computed from `base` running ones. */
export type Proposal = Ask | { asks: "nothing"; reason: NoChangeReason };

export interface Ask {
  asks: "out" | "in";
  base: number;
  wanted: number;
}

export type NoChangeReason =
  | "insufficient-data"
  | "not-above-target"
  | "already-at-desired-capacity"
  | "scale-in-disabled"
  | "deployment-in-progress"
  | "no-step-matches";

/** The ask that leads from `base` to `wanted`, or none where that is no change. */
export function propose(base: number, wanted: number): Proposal {
  if (wanted === base) return noChange("already-at-desired-capacity");
  return { asks: wanted > base ? "out" : "in", base, wanted };
}

/** No change, and why. */
export function noChange(reason: NoChangeReason): Proposal {
  return { asks: "nothing", reason };
}
