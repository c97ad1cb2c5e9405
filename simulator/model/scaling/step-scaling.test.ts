import { describe, expect, it } from "vitest";
import { checkStepPolicy } from "./step-policy-check.ts";
import { type AdjustmentType, type Step, type StepScalingPolicy, stepProposal } from "./step-scaling.ts";

// The worked example of application-auto-scaling-step-scaling-policies.md [A23]: threshold 50, percent of capacity.
const out: StepScalingPolicy = policyOf("PercentChangeInCapacity", [
  step(0, 10, 0),
  step(10, 20, 10),
  step(20, null, 30),
]);
const into: StepScalingPolicy = policyOf("PercentChangeInCapacity", [
  step(-10, 0, 0),
  step(-20, -10, -10),
  step(null, -20, -30),
]);

function step(lowerBound: number | null, upperBound: number | null, adjustment: number): Step {
  return { lowerBound, upperBound, adjustment };
}

function policyOf(adjustmentType: AdjustmentType, steps: readonly Step[], minAdjustmentMagnitude?: number) {
  const policy: StepScalingPolicy = { adjustmentType, steps, aggregation: "Average" };
  return minAdjustmentMagnitude === undefined ? policy : { ...policy, minAdjustmentMagnitude };
}

function wantedBy(policy: StepScalingPolicy, metric: number, capacity: number, side: "above" | "below" = "above") {
  const proposal = stepProposal(policy, { datapoints: [metric], threshold: 50, side }, capacity);
  return proposal.asks === "nothing" ? proposal.reason : proposal.wanted;
}

describe("AWS's worked example of step scaling [A23] step-scaling-policies.md", () => {
  it.each([
    [60, 10, 11],
    [69.9, 10, 11],
    [70, 11, 14],
    [1_000, 11, 14],
    [59.9, 10, "already-at-desired-capacity"],
    [50, 10, "already-at-desired-capacity"],
  ])("out: a metric of %d at %d tasks wants %s", (metric, capacity, wanted) => {
    expect(wantedBy(out, metric, capacity)).toBe(wanted);
  });

  it.each([
    [40, 14, 13],
    [30.1, 14, 13],
    [30, 13, 10],
    [40.1, 14, "already-at-desired-capacity"],
    [50, 14, "already-at-desired-capacity"],
  ])("in: a metric of %d at %d tasks wants %s", (metric, capacity, wanted) => {
    expect(wantedBy(into, metric, capacity, "below")).toBe(wanted);
  });
});

describe("step bounds [A] botocore StepAdjustment", () => {
  it("decide a metric at the threshold by the side the alarm looks at", () => {
    const both = policyOf("ChangeInCapacity", [step(null, 0, -1), step(0, null, 1)]);

    expect(wantedBy(both, 50, 10, "above")).toBe(11);
    expect(wantedBy(both, 50, 10, "below")).toBe(9);
  });

  it("leave alone what no step covers", () => {
    expect(wantedBy(out, 40, 10)).toBe("no-step-matches");
  });
});

describe("adjustment types [A23] step-scaling-policies.md", () => {
  const only = (type: AdjustmentType, adjustment: number, least?: number) =>
    policyOf(type, [step(0, null, adjustment)], least);

  it.each([
    ["ChangeInCapacity", 5, 3, 8],
    ["ChangeInCapacity", -5, 3, 0],
    ["ChangeInCapacity", 5, 0, 5],
    ["ExactCapacity", 5, 3, 5],
    ["ExactCapacity", 5, 0, 5],
    ["PercentChangeInCapacity", 10, 10, 11],
    ["PercentChangeInCapacity", 10, 127, 139],
    ["PercentChangeInCapacity", 10, 6, 7],
    ["PercentChangeInCapacity", -10, 5, 4],
    ["PercentChangeInCapacity", -10, 66, 60],
  ] as const)("%s by %d from %d gives %d", (type, adjustment, capacity, wanted) => {
    expect(wantedBy(only(type, adjustment), 50, capacity)).toBe(wanted);
  });

  it.each([
    [25, 2, 4, 6],
    [25, 2, 40, 50],
    [-25, 2, 4, 2],
  ])("%d percent but at least %d, from %d gives %d", (percent, least, capacity, wanted) => {
    expect(wantedBy(only("PercentChangeInCapacity", percent, least), 50, capacity)).toBe(wanted);
  });

  it("gives nothing for a percentage of no task: AWS has no rule for it [D][?]", () => {
    expect(wantedBy(only("PercentChangeInCapacity", 100, 2), 50, 0)).toBe("already-at-desired-capacity");
  });
});

describe("metric aggregation [A] botocore MetricAggregationType", () => {
  it.each([
    ["Average", 3],
    ["Minimum", 1],
    ["Maximum", 5],
  ] as const)("%s of the recent datapoints picks the step", (aggregation, added) => {
    const steps = [step(0, 10, 1), step(10, 20, 3), step(20, null, 5)];
    const breach = { datapoints: [51, 61, 71], threshold: 50, side: "above" as const };

    expect(stepProposal({ ...policyOf("ChangeInCapacity", steps), aggregation }, breach, 10)).toEqual({
      asks: "out",
      base: 10,
      wanted: 10 + added,
    });
  });

  it.each(["Average", "Minimum", "Maximum"] as const)("%s of no datapoint asks for nothing", (aggregation) => {
    const breach = { datapoints: [], threshold: 50, side: "above" as const };

    expect(stepProposal({ ...out, aggregation }, breach, 10)).toEqual({ asks: "nothing", reason: "insufficient-data" });
  });
});

describe("a step policy AWS would refuse [A23] step-scaling-policies.md", () => {
  it.each<[string, StepScalingPolicy, string]>([
    ["without steps", policyOf("ExactCapacity", []), "1 to 20 steps; this one has 0"],
    ["with a gap", policyOf("ChangeInCapacity", [step(0, 5, 1), step(6, null, 2)]), "between [0, 5] and [6, null]"],
    ["with an overlap", policyOf("ChangeInCapacity", [step(0, 5, 1), step(4, null, 2)]), "[0, 5] and [4, null] do"],
    ["open twice below", policyOf("ChangeInCapacity", [step(null, 0, 1), step(null, 1, 1)]), "null lowerBound; 2 have"],
    ["open twice above", policyOf("ChangeInCapacity", [step(0, null, 1), step(1, null, 1)]), "null upperBound; 2 have"],
    ["open at both ends", policyOf("ChangeInCapacity", [step(null, null, 1)]), "one has none"],
    ["with bounds reversed", policyOf("ChangeInCapacity", [step(5, 5, 1)]), "[5, 5] has it the other way"],
    ["closed above", policyOf("ChangeInCapacity", [step(0, 5, 1)]), "the highest is [0, 5]"],
    ["closed below", policyOf("ChangeInCapacity", [step(-5, 0, -1)]), "the lowest is [-5, 0]"],
    ["exact and negative", policyOf("ExactCapacity", [step(0, null, -1)]), "[0, null] has -1"],
    [
      "with a least change in tasks",
      policyOf("ChangeInCapacity", [step(0, null, 1)], 2),
      "the type is ChangeInCapacity",
    ],
  ])("%s says why", (_, policy, message) => {
    expect(() => checkStepPolicy(policy)).toThrow(message);
  });

  it.each([[out], [into]])("is not AWS's own example", (policy) => {
    expect(() => checkStepPolicy(policy)).not.toThrow();
  });

  it("is one with 21 steps [A23] quotas", () => {
    const steps = Array.from({ length: 21 }, (_, index) => step(index, index === 20 ? null : index + 1, 1));

    expect(() => checkStepPolicy(policyOf("ChangeInCapacity", steps))).toThrow("this one has 21");
    expect(() => checkStepPolicy(policyOf("ChangeInCapacity", steps.slice(1)))).not.toThrow();
  });
});
