import type { Ask } from "./proposal.ts";

/**
 * The part of a requested change that a running cooldown allows; undefined where it blocks the change.
 * Source: [A23] application-auto-scaling-step-scaling-policies.md "Cooldown period", the same text for target tracking.
 */
export function throughCooldown(cooldown: Cooldown | undefined, ask: Ask, now: number): Ask | undefined {
  if (cooldown === undefined || !isRunning(cooldown, now)) return ask;
  // A scale-out interrupts a scale-in cooldown. That a scale-out cooldown holds back no scale-in is [D]: AWS's text
  // for it speaks of increases only.
  if (cooldown.direction !== ask.asks) return ask;
  if (ask.asks === "in") return undefined;
  const amount = ask.wanted - ask.base;
  if (amount <= cooldown.to - cooldown.from) return undefined;
  return { ...ask, wanted: Math.min(ask.wanted, cooldown.from + amount) };
}

/** The cooldown after a scaling activity that reached `reached` tasks; what a running one had added stays credited. */
export function startCooldown(
  previous: Cooldown | undefined,
  ask: Ask,
  reached: number,
  milliseconds: number,
  now: number,
): Cooldown {
  const goesOn = previous?.direction === "out" && ask.asks === "out" && isRunning(previous, now);
  return {
    direction: ask.asks,
    startedAt: now,
    milliseconds,
    from: goesOn ? previous.from : ask.base,
    to: reached,
  };
}

/** After a scaling activity by a policy; scheduled actions neither start nor heed one. */
export interface Cooldown {
  direction: "out" | "in";
  startedAt: number;
  milliseconds: number;
  /** The capacity the activity started from and the one it reached: for scale-out, the credit of the next one. */
  from: number;
  to: number;
}

function isRunning(cooldown: Cooldown, now: number): boolean {
  return now < cooldown.startedAt + cooldown.milliseconds;
}
