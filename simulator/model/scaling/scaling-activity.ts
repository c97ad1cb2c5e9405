import { type Cooldown, startCooldown, throughCooldown } from "./cooldown.ts";
import type { Ask } from "./proposal.ts";
import { desiredAfter, type ScalableTarget } from "./scalable-target.ts";

/** Carries out what a policy asks for, or says why not: suspension first, then the cooldown, then the bounds. */
export function scaleBy(ask: Ask, service: ScalingService, cooldown: CooldownLengths, now: number): ScalingActivity {
  if (service.target.suspended[ask.asks]) return { hasScaled: false, reason: "suspended" };
  const allowed = throughCooldown(service.cooldown, ask, now);
  if (allowed === undefined) return { hasScaled: false, reason: "cooldown" };
  const desired = desiredAfter(service.target, allowed);
  if (desired === service.target.desired) return { hasScaled: false, reason: whyUnchanged(ask, service.target) };
  const milliseconds = ask.asks === "out" ? cooldown.outMilliseconds : cooldown.inMilliseconds;
  return {
    hasScaled: true,
    service: {
      target: { ...service.target, desired },
      cooldown: startCooldown(service.cooldown, ask, desired, milliseconds, now),
    },
  };
}

/** A scalable target and the cooldown its last activity left behind. */
export interface ScalingService {
  target: ScalableTarget;
  cooldown: Cooldown | undefined;
}

/** Those of the policy that asks; a step policy has one length for both. */
export interface CooldownLengths {
  outMilliseconds: number;
  inMilliseconds: number;
}

export type ScalingActivity = { hasScaled: true; service: ScalingService } | { hasScaled: false; reason: NotScaled };

/** The last three are NotScaledReason codes of DescribeScalingActivities [A] botocore. */
export type NotScaled =
  | "suspended"
  | "cooldown"
  | "AlreadyAtMaxCapacity"
  | "AlreadyAtMinCapacity"
  | "AlreadyAtDesiredCapacity";

function whyUnchanged(ask: Ask, target: ScalableTarget): NotScaled {
  if (ask.asks === "out" && target.desired >= target.max) return "AlreadyAtMaxCapacity";
  if (ask.asks === "in" && target.desired <= target.min) return "AlreadyAtMinCapacity";
  return "AlreadyAtDesiredCapacity";
}
