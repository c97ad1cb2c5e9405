import type { CooldownLengths } from "../../simulator/model/scaling/scaling-activity.ts";
import type { Vote } from "../../simulator/model/scaling/several-policies.ts";
import { type StepScalingPolicy, stepProposal } from "../../simulator/model/scaling/step-scaling.ts";
import { type TargetTrackingPolicy, trackTarget, wakeFromZero } from "../../simulator/model/scaling/target-tracking.ts";
import type { Metric } from "../cloudwatch/metric-store.ts";

/** Fields of both kinds of policy. */
interface Common {
  arn: string;
  name: string;
  cooldown: CooldownLengths;
}

export type ScalingPolicy =
  | (Common & { kind: "target-tracking"; metric: Metric; policy: TargetTrackingPolicy })
  | (Common & { kind: "step"; policy: StepScalingPolicy });

/** The last evaluation of one of a policy's alarms. */
export interface Signal {
  alarm: "high" | "low";
  isInAlarm: boolean;
  datapoints: readonly number[];
  threshold: number;
  side: "above" | "below";
}

export interface Capacity {
  running: number;
  desired: number;
}

/** The capacity that a policy proposes after the last evaluations of its alarms. The high alarm has precedence. */
export function voteOf(policy: ScalingPolicy, signals: readonly Signal[], capacity: Capacity): Vote {
  const signal = signals.find(({ isInAlarm }) => isInAlarm);
  if (policy.kind === "step") {
    const proposal = signal
      ? stepProposal(policy.policy, signal, capacity.desired)
      : ({ asks: "nothing", reason: "no-step-matches" } as const);
    return { policy: policy.name, kind: "step", proposal };
  }
  return {
    policy: policy.name,
    kind: "target-tracking",
    canScaleIn: !policy.policy.isScaleInDisabled,
    proposal: trackingProposal(policy.policy, signal, signals, capacity),
  };
}

function trackingProposal(
  policy: TargetTrackingPolicy,
  signal: Signal | undefined,
  signals: readonly Signal[],
  capacity: Capacity,
) {
  if (capacity.running === 0 && capacity.desired === 0) {
    const newest = signals.find(({ alarm }) => alarm === "high")?.datapoints.at(-1);
    return wakeFromZero(policy, newest, capacity.desired);
  }
  if (!signal) return { asks: "nothing", reason: "not-above-target" } as const;
  // Uses the newest datapoint rather than a mean. AWS does not document which; docs/model.md has the reasons.
  const metric = signal.datapoints.at(-1);
  return trackTarget(policy, { alarm: signal.alarm, metric, ...capacity, isDeploying: false });
}
