import { clamp } from "../../../runtime/arithmetic.ts";
import { AppError } from "../../../runtime/errors.ts";
import type { Ask } from "./proposal.ts";

/**
 * RegisterScalableTarget: re-reads the current capacity and moves it into [min, max] at once, whatever the request
 * changes; no cooldown applies. Source: [A] botocore RegisterScalableTarget; the cooldown part is [D].
 */
export function registerTarget(
  existing: ScalableTarget | undefined,
  request: Registration,
  currentCapacity: number,
): Registered {
  const min = request.min ?? existing?.min;
  const max = request.max ?? existing?.max;
  if (min === undefined || max === undefined) {
    throw new AppError("invalid-target", "The first registration gives both min and max; one is missing.", {
      details: { request },
    });
  }
  const before = existing?.suspended ?? nothingSuspended;
  const suspended = { ...before, ...request.suspended };
  const resumed = (["out", "in"] as const).filter((direction) => before[direction] && !suspended[direction]);
  return { target: { ...bounded(min, max, currentCapacity), suspended }, resumed };
}

/**
 * The desired count after a policy's ask. A desired count set by hand below min is lifted to min by a scale-out at the
 * least and left alone by a scale-in; above max the mirror image. Source: [A] DG/service-auto-scaling.html.
 */
export function desiredAfter(target: ScalableTarget, ask: Ask): number {
  const inside = clamp(ask.wanted, target.min, target.max);
  return ask.asks === "out" ? Math.max(inside, target.desired) : Math.min(inside, target.desired);
}

/** Desired is the service's own count: UpdateService can set it outside the bounds. */
export interface ScalableTarget {
  min: number;
  max: number;
  desired: number;
  suspended: SuspendedState;
}

/** DynamicScalingOutSuspended, DynamicScalingInSuspended, ScheduledScalingSuspended. */
export interface SuspendedState {
  out: boolean;
  in: boolean;
  scheduled: boolean;
}

export interface Registration {
  min?: number;
  max?: number;
  suspended?: Partial<SuspendedState>;
}

export interface Registered {
  target: ScalableTarget;
  /** Directions just resumed: their alarms in breach are to be acted on at once. */
  resumed: readonly ("out" | "in")[];
}

const nothingSuspended: SuspendedState = { out: false, in: false, scheduled: false };

function bounded(min: number, max: number, capacity: number): Pick<ScalableTarget, "min" | "max" | "desired"> {
  if (!Number.isInteger(min) || !Number.isInteger(max) || min < 0 || min > max) {
    throw new AppError("invalid-target", `Bounds are whole, 0 <= min <= max; these are ${min} and ${max}.`);
  }
  return { min, max, desired: clamp(capacity, min, max) };
}
