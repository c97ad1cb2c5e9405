import { AppError } from "../../../runtime/errors.ts";
import type { Statistic } from "./datapoints.ts";
import type { MetricAlarm } from "./metric-alarm.ts";
import { defaults, type ParameterName } from "./parameters.ts";
import { noChange, type Proposal } from "./proposal.ts";

/** The request of the policy when one of its alarms fires. */
export function trackTarget(policy: TargetTrackingPolicy, signal: TrackingSignal): Proposal {
  const { metric, running, desired } = signal;
  // Missing data is never read as low use, nor does an infinite quotient (messages / 0 tasks) count as data.
  if (metric === undefined || !Number.isFinite(metric)) return noChange("insufficient-data");
  if (signal.alarm === "high") {
    if (running === 0) return wakeFromZero(policy, metric, desired);
    const wanted = proportionalCapacity(running, metric, policy.target);
    return wanted > desired ? { asks: "out", base: running, wanted } : noChange("already-at-desired-capacity");
  }
  if (policy.isScaleInDisabled) return noChange("scale-in-disabled");
  if (signal.isDeploying) return noChange("deployment-in-progress");
  const wanted = proportionalCapacity(running, metric, policy.target);
  return wanted < desired ? { asks: "in", base: running, wanted } : noChange("already-at-desired-capacity");
}

/** With no task running one datapoint above the target is enough, and brings the minimum possible amount. */
export function wakeFromZero(policy: TargetTrackingPolicy, metric: number | undefined, desired: number): Proposal {
  if (metric === undefined || !Number.isFinite(metric)) return noChange("insufficient-data");
  // Strict: one message at target 1 starts no task (github.com/aws/copilot-cli/issues/3376).
  if (metric <= policy.target) return noChange("not-above-target");
  if (desired >= defaults.wakeTasks) return noChange("already-at-desired-capacity");
  return { asks: "out", base: 0, wanted: defaults.wakeTasks };
}

/** The two alarms the policy makes for itself; no low one where scale-in is disabled. */
export function trackingAlarms(
  policy: TargetTrackingPolicy,
  values: Readonly<Record<ParameterName, number>> = defaults,
): { high: MetricAlarm; low: MetricAlarm | undefined } {
  if (!(policy.target > 0)) {
    throw new AppError("invalid-policy", `A target is above 0; this one is ${policy.target}.`, { details: { policy } });
  }
  const shared = {
    periodMilliseconds: values.trackingPeriodMilliseconds,
    statistic: policy.statistic,
    // CloudWatch's own default; AAS publishes no other choice.
    treatMissingData: "missing",
    actions: ["auto-scaling"],
  } as const;
  const high: MetricAlarm = {
    ...shared,
    threshold: policy.target,
    comparison: "GreaterThanThreshold",
    datapointsToAlarm: values.alarmHighDatapoints,
    evaluationPeriods: values.alarmHighDatapoints,
  };
  const low: MetricAlarm = {
    ...shared,
    threshold: policy.target * values.alarmLowShareOfTarget,
    comparison: "LessThanThreshold",
    datapointsToAlarm: values.alarmLowDatapoints,
    evaluationPeriods: values.alarmLowDatapoints,
  };
  return { high, low: policy.isScaleInDisabled ? undefined : low };
}

export interface TargetTrackingPolicy {
  target: number;
  statistic: Statistic;
  isScaleInDisabled: boolean;
}

export interface TrackingSignal {
  alarm: "high" | "low";
  /** Undefined where there is no data. */
  metric: number | undefined;
  running: number;
  desired: number;
  isDeploying: boolean;
}

/** From the running tasks, not the desired ones, rounded so as never to have too few. */
function proportionalCapacity(running: number, metric: number, target: number): number {
  // 12 digits hide the noise of binary fractions: 3 * 0.4 / 0.1 is 12.000000000000002 and wants 12 tasks.
  return Math.ceil(Number(((running * metric) / target).toPrecision(12)));
}
