import type { CooldownLengths } from "../model/scaling/scaling-activity.ts";
import type { TrackingWiring } from "./policy.ts";

/** The one series of a policy that publishes a metric for target tracking. */
export const metricName = "backlog";

/** Target tracking on the metric that the policy publishes; AWS's cooldowns are 300 s both ways. */
export function trackPublished(target: number, cooldown: CooldownLengths = awsCooldown): TrackingWiring {
  return {
    name: "track-metric",
    series: `published:${metricName}`,
    policy: { target, statistic: "Average", isScaleInDisabled: false },
    cooldown,
  };
}

/** [A] TargetTrackingScalingPolicyConfiguration: 300 s for ECS, step scaling alike. */
export const awsCooldown: CooldownLengths = { outMilliseconds: 300_000, inMilliseconds: 300_000 };
