import { type BackstopPolicy, backstopPolicy } from "../../autoscaler/policy/backstop.ts";
import { scaleFromZero } from "../../autoscaler/policy/scale-from-zero.ts";
import type { Scenario } from "../replay/scenario.ts";
import type { Policy, StepWiring } from "./policy.ts";

export const backstopName = "backstop";

/** The policy with the backstop beside it, which acts on AWS's own metrics, and with scale-from-zero where `minTasks` is 0. */
export function withBackstop(policy: Policy, scenario: Scenario): Policy {
  const { wiring } = policy;
  const steps = [...wiring.steps, wireBackstop(scenario), ...(scenario.minTasks === 0 ? [fromZero] : [])];
  return { ...policy, wiring: { ...wiring, steps } };
}

export function backstopOf({ waitTargetSeconds, expectedServiceSeconds, slotsPerTask }: Scenario): BackstopPolicy {
  return backstopPolicy({ waitTargetSeconds, expectedServiceSeconds, slots: slotsPerTask });
}

function wireBackstop(scenario: Scenario): StepWiring {
  const backstop = backstopOf(scenario);
  const cooldownMilliseconds = backstop.cooldownSeconds * 1_000;
  return {
    name: backstopName,
    series: "missing-tasks",
    alarm: {
      periodMilliseconds: backstop.periodSeconds * 1_000,
      statistic: "Maximum",
      threshold: 0,
      comparison: "GreaterThanThreshold",
      datapointsToAlarm: backstop.datapointsToAlarm,
      evaluationPeriods: backstop.evaluationPeriods,
      treatMissingData: "notBreaching",
      actions: ["auto-scaling"],
    },
    on: "ALARM",
    policy: {
      adjustmentType: "ChangeInCapacity",
      aggregation: "Maximum",
      steps: backstop.steps.map(({ fromTasks, toTasks, addTasks }) => ({
        lowerBound: fromTasks,
        upperBound: toTasks ?? null,
        adjustment: addTasks,
      })),
    },
    cooldown: { outMilliseconds: cooldownMilliseconds, inMilliseconds: cooldownMilliseconds },
  };
}

/** The scale-from-zero alarm with its policy. */
export const fromZero: StepWiring = {
  name: "from-zero",
  series: "waiting-at-zero",
  alarm: {
    periodMilliseconds: 60_000,
    statistic: "Maximum",
    threshold: 0,
    comparison: "GreaterThanThreshold",
    datapointsToAlarm: scaleFromZero.datapointsToAlarm,
    evaluationPeriods: scaleFromZero.evaluationPeriods,
    treatMissingData: "notBreaching",
    actions: ["auto-scaling"],
  },
  on: "ALARM",
  policy: {
    adjustmentType: "ChangeInCapacity",
    aggregation: "Maximum",
    steps: [{ lowerBound: 0, upperBound: null, adjustment: scaleFromZero.addTasks }],
  },
  cooldown: {
    outMilliseconds: scaleFromZero.cooldownSeconds * 1_000,
    inMilliseconds: scaleFromZero.cooldownSeconds * 1_000,
  },
};
