import { describe, expect, it } from "vitest";
import { type StepOptions, stepRules } from "./step-rules.ts";

/** 24 messages per task are acceptable. */
const options: StepOptions = {
  waitTargetSeconds: 60,
  expectedJobMilliseconds: 5_000,
  slots: 2,
  maxTasks: 10,
  stepMetric: "messages",
  scaleOutSteps: [],
  scaleInSteps: [],
  stepScaleOutCooldownSeconds: 60,
  stepScaleInCooldownSeconds: 120,
};

describe("the rules of a list", () => {
  it("act from the first step on, each step up to the next one, the last without end", () => {
    const { out } = stepRules({
      ...options,
      scaleOutSteps: [
        { messages: 500, addTasks: 5 },
        { messages: 100, addTasks: 1 },
      ],
    });

    expect(out).toMatchObject({ threshold: 100, adjustmentType: "ChangeInCapacity", cooldownSeconds: 60 });
    expect(out.steps).toEqual([
      { lowerBound: 0, upperBound: 400, adjustment: 1 },
      { lowerBound: 400, upperBound: undefined, adjustment: 5 },
    ]);
  });

  it("scale in from the highest step down, after five minutes", () => {
    const rule = stepRules({
      ...options,
      scaleInSteps: [
        { messages: 0, removePercent: 50 },
        { messages: 10, removePercent: 10 },
      ],
    }).in;

    expect(rule).toMatchObject({
      threshold: 10,
      adjustmentType: "PercentChangeInCapacity",
      cooldownSeconds: 120,
      datapointsToAlarm: 5,
      evaluationPeriods: 5,
    });
    expect(rule.steps).toEqual([
      { lowerBound: -10, upperBound: 0, adjustment: -10 },
      { lowerBound: undefined, upperBound: -10, adjustment: -50 },
    ]);
  });
});

describe("the rules without a list", () => {
  it("add as many tasks as the messages need beyond those that run, up to the most there may be", () => {
    const { out } = stepRules(options);

    expect(out.threshold).toBe(24);
    expect(out.steps.map(({ lowerBound, adjustment }) => [(lowerBound ?? 0) + 24, adjustment])).toEqual([
      [24, 1],
      [48, 2],
      [96, 4],
      [192, 8],
      [384, 16],
    ]);
  });

  it("add by the messages per task the share of tasks that is missing", () => {
    const { out } = stepRules({ ...options, stepMetric: "messages-per-task" });

    expect(out.adjustmentType).toBe("PercentChangeInCapacity");
    expect(out.steps.map(({ lowerBound, adjustment }) => [(lowerBound ?? 0) + out.threshold, adjustment])).toEqual([
      [12, 50],
      [24, 100],
      [48, 200],
      [96, 400],
      [192, 800],
    ]);
  });

  it("have one step for a service of one task, and at most AWS's twenty", () => {
    expect(stepRules({ ...options, maxTasks: 1 }).out.steps).toHaveLength(1);
    expect(stepRules({ ...options, maxTasks: 1_000 }).out.steps.length).toBeLessThanOrEqual(20);
  });
});
