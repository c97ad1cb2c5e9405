import { mean } from "../../../runtime/arithmetic.ts";
import type { Statistic } from "./datapoints.ts";
import { noChange, type Proposal, propose } from "./proposal.ts";

/** The request of a step policy when its alarm fires: the step that the breach falls into, applied to `capacity` tasks. */
export function stepProposal(policy: StepScalingPolicy, breach: Breach, capacity: number): Proposal {
  const metric = aggregations[policy.aggregation](breach.datapoints);
  if (!Number.isFinite(metric)) return noChange("insufficient-data");
  const step = policy.steps.find((candidate) => contains(candidate, metric - breach.threshold, breach.side));
  if (step === undefined) return noChange("no-step-matches");
  return propose(capacity, Math.max(0, adjustedCapacity(policy, step.adjustment, capacity)));
}

export interface StepScalingPolicy {
  adjustmentType: AdjustmentType;
  steps: readonly Step[];
  aggregation: Extract<Statistic, "Average" | "Minimum" | "Maximum">;
  /** Only with PercentChangeInCapacity. */
  minAdjustmentMagnitude?: number;
}

export type AdjustmentType = "ChangeInCapacity" | "PercentChangeInCapacity" | "ExactCapacity";

/** Bounds are distances from the alarm's threshold; null is without end. */
export interface Step {
  lowerBound: number | null;
  upperBound: number | null;
  adjustment: number;
}

export interface Breach {
  /** The most recent ones, as the alarm saw them. */
  datapoints: readonly number[];
  threshold: number;
  /** Where the alarm looks for trouble: decides only for a metric exactly at the threshold. */
  side: "above" | "below";
}

const aggregations = {
  Average: mean,
  Minimum: (values: readonly number[]) => Math.min(...values),
  Maximum: (values: readonly number[]) => Math.max(...values),
};

/** Above the threshold [lower, upper), below it (lower, upper]. */
function contains(step: Step, distance: number, side: "above" | "below"): boolean {
  const lower = step.lowerBound ?? Number.NEGATIVE_INFINITY;
  const upper = step.upperBound ?? Number.POSITIVE_INFINITY;
  const isAbove = distance > 0 || (distance === 0 && side === "above");
  return isAbove ? lower <= distance && distance < upper : lower < distance && distance <= upper;
}

function adjustedCapacity(policy: StepScalingPolicy, adjustment: number, capacity: number): number {
  if (policy.adjustmentType === "ExactCapacity") return adjustment;
  if (policy.adjustmentType === "ChangeInCapacity") return capacity + adjustment;
  const amount = roundPercentage((capacity * adjustment) / 100);
  return capacity + Math.sign(amount) * Math.max(Math.abs(amount), policy.minAdjustmentMagnitude ?? 0);
}

/** Toward zero, but never to it: 12.7 is 12, 0.67 is 1, -0.58 is -1, -6.67 is -6. */
function roundPercentage(amount: number): number {
  if (amount === 0) return 0;
  return Math.abs(amount) < 1 ? Math.sign(amount) : Math.trunc(Number(amount.toPrecision(12)));
}
