import { AppError } from "../../../runtime/errors.ts";
import { defaults } from "./parameters.ts";
import type { Step, StepScalingPolicy } from "./step-scaling.ts";

/** @throws AppError `invalid-policy` with the reason for which PutScalingPolicy would refuse the policy */
export function checkStepPolicy(policy: StepScalingPolicy): void {
  const problem = adjustmentProblem(policy) ?? boundsProblem(policy.steps) ?? coverageProblem(policy.steps);
  if (problem !== undefined) throw new AppError("invalid-policy", problem, { details: { policy } });
}

function adjustmentProblem({ adjustmentType, steps, minAdjustmentMagnitude }: StepScalingPolicy): string | undefined {
  if (steps.length < 1 || steps.length > defaults.stepsPerPolicyCount) {
    return `A policy has 1 to ${defaults.stepsPerPolicyCount} steps; this one has ${steps.length}.`;
  }
  if (minAdjustmentMagnitude !== undefined && adjustmentType !== "PercentChangeInCapacity") {
    return `MinAdjustmentMagnitude goes with PercentChangeInCapacity only; the type is ${adjustmentType}.`;
  }
  const negative = steps.find((step) => adjustmentType === "ExactCapacity" && step.adjustment < 0);
  return negative && `An exact capacity is not negative; ${describe(negative)} has ${negative.adjustment}.`;
}

function boundsProblem(steps: readonly Step[]): string | undefined {
  const endless = steps.find((step) => step.lowerBound === null && step.upperBound === null);
  if (endless) return "A step has a bound at one end at least; one has none.";
  for (const bound of ["lowerBound", "upperBound"] as const) {
    const open = steps.filter((step) => step[bound] === null).length;
    if (open > 1) return `At most one step has a null ${bound}; ${open} have.`;
  }
  const reversed = steps.find((step) => lowerOf(step) >= upperOf(step));
  return reversed && `A lower bound lies below the upper one; ${describe(reversed)} has it the other way.`;
}

function coverageProblem(steps: readonly Step[]): string | undefined {
  const sorted = steps.toSorted((a, b) => lowerOf(a) - lowerOf(b));
  for (const [index, step] of sorted.entries()) {
    const next = sorted[index + 1];
    if (next === undefined) break;
    if (upperOf(step) > lowerOf(next)) return `Steps do not overlap; ${describe(step)} and ${describe(next)} do.`;
    if (upperOf(step) < lowerOf(next))
      return `Steps leave no gap; one is between ${describe(step)} and ${describe(next)}.`;
  }
  const first = sorted[0];
  const last = sorted.at(-1);
  if (first?.lowerBound != null && first.lowerBound < 0) {
    return `Below the threshold the last step has a null lowerBound; the lowest is ${describe(first)}.`;
  }
  if (last?.upperBound != null && last.upperBound > 0) {
    return `Above the threshold the last step has a null upperBound; the highest is ${describe(last)}.`;
  }
  return undefined;
}

function lowerOf(step: Step): number {
  return step.lowerBound ?? Number.NEGATIVE_INFINITY;
}

function upperOf(step: Step): number {
  return step.upperBound ?? Number.POSITIVE_INFINITY;
}

function describe(step: Step): string {
  return `[${step.lowerBound ?? "null"}, ${step.upperBound ?? "null"}]`;
}
