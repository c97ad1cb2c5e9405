import type { AutoScalingGroup } from "./auto-scaling-group.ts";
import type { Instance } from "./instance.ts";

/**
 * Spot takes a share of the registered instances back: each drains from the warning on and is gone when it has run
 * out, whatever is protected there. `uniform` gives each of them by its place a number in [0, 1); the lowest are lost.
 */
export function loseSpot(
  group: AutoScalingGroup,
  share: number,
  uniform: (place: number) => number,
  settings: { spotWarningMilliseconds: number },
  now: number,
): AutoScalingGroup {
  const registered = group.instances.filter(({ state }) => state === "registered");
  const drawn = registered.map((instance, place) => ({ id: instance.id, number: uniform(place) }));
  const lowest = drawn.sort((a, b) => a.number - b.number).slice(0, Math.round(registered.length * share));
  const lost = new Set(lowest.map(({ id }) => id));

  const leaves = { reason: "spot" as const, at: now + settings.spotWarningMilliseconds };
  const warn = (one: Instance): Instance => (lost.has(one.id) ? { ...one, state: "draining", leaves } : one);
  return { ...group, instances: group.instances.map(warn) };
}
